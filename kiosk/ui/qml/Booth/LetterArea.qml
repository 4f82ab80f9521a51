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
    readonly property int remaining: maximumLength - area.length
    property string accepted: ""
    signal pressed

    // What was typed last gives way, wherever the cursor stands, and not the end of the letter.
    function takeBack(count: int) {
        let same = 0
        while (same < accepted.length && accepted[accepted.length - 1 - same] === text[text.length - 1 - same])
            same++
        const end = text.length - same
        area.remove(end - count, end)
    }

    color: Theme.sheet
    radius: Theme.corner
    border.width: area.activeFocus ? Math.max(2, Theme.hairline * 2) : Theme.hairline
    border.color: area.activeFocus ? Theme.accent : Theme.lineStrong

    ScrollView {
        id: scroll
        anchors.fill: parent
        anchors.margins: Theme.gapXs
        anchors.bottomMargin: Theme.gapXs + (room.visible ? room.height : 0)
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
                    root.takeBack(length - root.maximumLength)
                else
                    root.accepted = text
            }
        }
    }

    Words {
        x: scroll.x + area.leftPadding
        y: scroll.y + area.topPadding
        width: parent.width - 2 * x
        visible: area.length === 0 && area.preeditText === ""
        color: Theme.hint
        font.family: Theme.serifFamily
        font.pixelSize: area.font.pixelSize
        words: root.hint
    }
    NoteWords {
        id: room
        objectName: "letterRoomText"
        x: scroll.x + area.leftPadding
        y: root.height - height - Theme.gapXs
        width: parent.width - 2 * x
        visible: root.remaining <= 100
        words: root.remaining > 0 ? qsTr("There is room for %n more character(s).", "", root.remaining) : qsTr("The paper is full.")
    }
}
