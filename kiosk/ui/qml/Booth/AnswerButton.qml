import QtQuick
import QtQuick.Controls.Basic

// One of several answers, with an open or filled ring in front.
AbstractButton {
    id: root

    property bool chosen: false

    implicitHeight: Math.max(Theme.target, label.implicitHeight + 2 * Theme.gapXs)
    implicitWidth: Math.max(Theme.target, label.implicitWidth + ring.width + Theme.gapS + 2 * Theme.gapM)
    Accessible.role: Accessible.RadioButton
    Accessible.name: text
    Accessible.checkable: true
    Accessible.checked: chosen

    background: Rectangle {
        radius: Theme.corner
        color: root.down || root.chosen ? Theme.accentWash : Theme.sheet
        border.width: root.visualFocus ? Math.max(4, Theme.hairline * 2) : root.chosen ? Math.max(2, Theme.hairline * 2) : Theme.hairline
        border.color: root.chosen || root.visualFocus ? Theme.accent : Theme.lineStrong
    }

    contentItem: Item {
        Rectangle {
            id: ring
            x: Math.round(Math.min(Theme.gapM, root.width * 0.05))
            anchors.verticalCenter: parent.verticalCenter
            width: Math.round(Math.max(26, 32 * Theme.unit))
            height: width
            radius: width / 2
            color: "transparent"
            border.width: Math.max(2, Math.round(2 * Theme.unit))
            border.color: root.chosen ? Theme.accent : Theme.lineStrong

            Rectangle {
                anchors.centerIn: parent
                width: Math.round(parent.width * 0.5)
                height: width
                radius: width / 2
                visible: root.chosen
                color: Theme.accent
            }
        }
        Text {
            id: label
            x: ring.x + ring.width + Theme.gapS
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - x - Theme.gapXs
            text: Theme.keepWords(root.text)
            textFormat: Text.PlainText
            wrapMode: Text.Wrap
            lineHeight: 1.15
            color: Theme.ink
            font.family: Theme.sansFamily
            font.pixelSize: Theme.bodyPx
            Accessible.ignored: true
        }
    }
}
