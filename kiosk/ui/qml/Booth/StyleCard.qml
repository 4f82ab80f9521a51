import QtQuick
import QtQuick.Controls.Basic

// One look with its sample: beside the words on a tall screen, above them on a wide one. Among many looks the sample
// stands above the name alone, whole; the note is then only read out.
AbstractButton {
    id: root

    property url sample
    property string name: ""
    property string note: ""
    property bool chosen: false
    property bool brief: false
    readonly property bool beside: Theme.portrait && !brief
    // Above the words all pictures of a row are equally tall: room for the name and two lines below each.
    readonly property int wordsRoom: Math.ceil((brief ? Theme.bodyPx * 1.2 : Theme.headingPx * 1.2 + Theme.notePx * 1.3 * 2) * 1.17 + Theme.gapXs)
    // Tall enough for all the words and, above them, for the sample: whole (3 wide, 4 high) when it stands for itself.
    readonly property real sampleHeight: (width - 2 * padding) * (brief ? 4 / 3 : 3 / 4)
    readonly property int neededHeight: Math.ceil((beside ? texts.implicitHeight : sampleHeight + Theme.gapS + Math.max(wordsRoom, texts.implicitHeight)) + 2 * padding)

    padding: Math.max(Theme.gapS, 12)
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
        Rectangle {
            id: frame
            width: root.beside ? Math.round(Math.min(parent.height * 3 / 4, parent.width * 0.4)) : parent.width
            height: root.beside ? parent.height : root.brief ? root.sampleHeight : parent.height - Math.max(root.wordsRoom, texts.implicitHeight) - Theme.gapS
            color: Theme.line

            Image {
                anchors.fill: parent
                source: root.sample
                sourceSize: Qt.size(width, height)
                cache: false
                fillMode: Image.PreserveAspectCrop
                clip: true
                Accessible.ignored: true
            }
        }
        Column {
            id: texts
            x: root.beside ? frame.width + Theme.gapM : 0
            y: root.beside ? Math.round((parent.height - implicitHeight) / 2) : frame.height + Theme.gapS
            width: parent.width - x - (root.beside ? mark.width + Theme.gapS : 0)
            spacing: Math.round(6 * Theme.unit)

            Words {
                width: parent.width
                words: root.name
                font.family: Theme.serifFamily
                font.pixelSize: root.brief ? Theme.bodyPx : Theme.headingPx
                font.weight: Font.DemiBold
                lineHeight: 1.2
                // A published style may have any name and be described at any length.
                maximumLineCount: 6
                elide: Text.ElideRight
                Accessible.ignored: true
            }
            NoteWords {
                width: parent.width
                maximumLineCount: 6
                elide: Text.ElideRight
                words: root.note
                visible: words !== "" && !root.brief
                lineHeight: 1.3
                Accessible.ignored: true
            }
        }
        Glyph {
            id: mark
            visible: root.chosen && root.beside
            x: parent.width - width
            anchors.verticalCenter: parent.verticalCenter
            shape: "check"
            tint: Theme.accent
            weight: 2.2
        }
    }
}
