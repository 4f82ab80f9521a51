import QtQuick
import QtQuick.Controls.Basic

// A card that is one of several choices: a name and a line of explanation.
AbstractButton {
    id: root

    property string name: ""
    property string note: ""
    property bool chosen: false

    implicitHeight: Math.max(Theme.target, contentItem.implicitHeight + topPadding + bottomPadding)
    padding: Theme.gapM
    Accessible.role: Accessible.RadioButton
    Accessible.name: note === "" ? name : name + ". " + note
    Accessible.checkable: true
    Accessible.checked: chosen

    background: Rectangle {
        radius: Theme.corner
        color: root.down || root.chosen ? Theme.accentWash : Theme.sheet
        border.width: root.chosen || root.visualFocus ? Math.max(4, Math.round(4 * Theme.unit)) : Theme.hairline
        border.color: root.chosen || root.visualFocus ? Theme.accent : Theme.line
    }

    contentItem: Item {
        implicitHeight: texts.implicitHeight

        Column {
            id: texts
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width
            spacing: Math.round(6 * Theme.unit)

            Words {
                width: parent.width
                words: root.name
                font.family: Theme.serifFamily
                font.pixelSize: Theme.headingPx
                font.weight: Font.DemiBold
                lineHeight: 1.2
                Accessible.ignored: true
            }
            NoteWords {
                width: parent.width
                words: root.note
                visible: words !== ""
                lineHeight: 1.3
                Accessible.ignored: true
            }
        }
    }
}
