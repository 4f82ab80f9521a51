import QtQuick
import QtQuick.Controls.Basic

// A framed picture with its label; touching it chooses it.
AbstractButton {
    id: root

    property url source
    property string label: ""
    property string note: ""
    property string waiting: ""
    property real part: -1
    property bool chosen: false

    Accessible.role: Accessible.RadioButton
    Accessible.name: note === "" ? label : label + ". " + note
    Accessible.checkable: true
    Accessible.checked: chosen

    background: null
    contentItem: Item {
        id: body
        // Room for the label and two lines below it, so that neighbours hang at one height.
        readonly property real captionHeight: Math.ceil(Theme.bodyPx * 1.4 + Theme.notePx * 1.4 * 2) + Theme.gapS + Theme.gapXs
        readonly property real frameHeight: Math.min(height - captionHeight, frame.tallest)

        Column {
            y: Math.max(0, Math.round((parent.height - body.frameHeight - body.captionHeight) / 2))
            width: parent.width
            spacing: Theme.gapS

            PictureFrame {
                id: frame
                readonly property real tallest: (body.width - 2 * mat) / aspect + 2 * mat
                width: parent.width
                height: body.frameHeight
                source: root.source
                description: root.label
                waiting: root.waiting
                chosen: root.chosen
            }
            Column {
                id: caption
                width: parent.width
                spacing: Math.round(4 * Theme.unit)

                Row {
                    anchors.horizontalCenter: parent.horizontalCenter
                    spacing: Theme.gapXs

                    Glyph {
                        anchors.verticalCenter: parent.verticalCenter
                        visible: root.chosen
                        shape: "check"
                        tint: Theme.accent
                        weight: 2.4
                    }
                    Words {
                        words: root.label
                        color: root.chosen ? Theme.accent : Theme.ink
                        font.weight: root.chosen ? Font.DemiBold : Font.Normal
                        Accessible.ignored: true
                    }
                }
                NoteWords {
                    width: parent.width
                    horizontalAlignment: Text.AlignHCenter
                    words: root.note
                    visible: words !== ""
                    Accessible.ignored: true
                }
                ProgressLine {
                    width: parent.width
                    visible: root.part >= 0
                    part: root.part
                }
            }
        }
    }
}
