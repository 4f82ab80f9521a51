import QtQuick
import QtQuick.Controls.Basic

// A switch in the bar that is on every screen.
AbstractButton {
    id: root

    property bool on: false
    property bool isSwitch: true

    implicitHeight: Theme.target
    implicitWidth: Math.max(Theme.target, label.implicitWidth + 2 * Theme.gapS)
    Accessible.role: isSwitch ? Accessible.CheckBox : Accessible.Button
    Accessible.name: text
    Accessible.checkable: isSwitch
    Accessible.checked: on

    background: Rectangle {
        radius: Theme.corner
        color: root.down ? Theme.accentWash : "transparent"
        border.width: root.visualFocus ? 3 : 0
        border.color: Theme.accent

        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            anchors.bottom: parent.bottom
            anchors.bottomMargin: Math.round(16 * Theme.unit)
            width: label.implicitWidth
            height: Math.max(2, Math.round(3 * Theme.unit))
            visible: root.on
            color: Theme.accent
        }
    }

    contentItem: Item {
        implicitWidth: label.implicitWidth

        Text {
            id: label
            anchors.centerIn: parent
            text: root.text
            textFormat: Text.PlainText
            color: root.on ? Theme.accent : Theme.inkSoft
            font.family: Theme.sansFamily
            font.pixelSize: Theme.barPx
            font.weight: root.on ? Font.DemiBold : Font.Normal
            Accessible.ignored: true
        }
    }
}
