pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic

// The letter: ruled paper that scrolls to the line being written.
Rectangle {
    id: root

    property alias text: area.text
    property alias editor: area
    property string label: ""
    property string hint: ""
    property int maximumLength: 5000
    signal pressed

    color: Theme.sheet
    radius: Theme.corner
    border.width: area.activeFocus ? Math.max(2, Theme.hairline * 2) : Theme.hairline
    border.color: area.activeFocus ? Theme.accent : Theme.lineStrong

    ScrollView {
        id: scroll
        anchors.fill: parent
        anchors.margins: Theme.gapXs
        clip: true
        ScrollBar.horizontal.policy: ScrollBar.AlwaysOff

        TextArea {
            id: area
            padding: Theme.gapS
            wrapMode: TextEdit.Wrap
            textFormat: TextEdit.PlainText
            color: Theme.ink
            selectionColor: Theme.accent
            selectedTextColor: Theme.accentText
            font.family: Theme.serifFamily
            font.pixelSize: Math.round(Theme.bodyPx * 1.08)
            selectByMouse: false
            inputMethodHints: Qt.ImhNoPredictiveText | Qt.ImhNoAutoUppercase
            background: null
            cursorDelegate: WritingCursor {
                shown: area.activeFocus
            }
            Accessible.role: Accessible.EditableText
            Accessible.name: root.label
            onPressed: root.pressed()
            onTextChanged: {
                if (length > root.maximumLength)
                    remove(root.maximumLength, length)
            }
        }
    }

    Words {
        x: scroll.x + area.leftPadding
        y: scroll.y + area.topPadding
        width: parent.width - 2 * x
        visible: area.length === 0 && area.preeditText === ""
        color: Theme.lineStrong
        font.family: Theme.serifFamily
        font.pixelSize: area.font.pixelSize
        words: root.hint
    }
}
