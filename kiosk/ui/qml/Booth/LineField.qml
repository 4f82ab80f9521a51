pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic

// One line of writing with its label inside the frame.
TextField {
    id: root

    property string label: ""

    implicitHeight: Math.max(Theme.target, caption.implicitHeight + contentHeight + 2 * Theme.gapXs)
    leftPadding: Theme.gapS
    rightPadding: Theme.gapS
    topPadding: caption.implicitHeight + Theme.gapXs
    bottomPadding: Theme.gapXs
    verticalAlignment: TextInput.AlignVCenter
    color: Theme.ink
    placeholderTextColor: Theme.hint
    selectionColor: Theme.accent
    selectedTextColor: Theme.accentText
    font.family: Theme.sansFamily
    font.pixelSize: Theme.bodyPx
    selectByMouse: false
    inputMethodHints: Qt.ImhNoPredictiveText | Qt.ImhNoAutoUppercase
    Accessible.role: Accessible.EditableText
    Accessible.name: label

    cursorDelegate: WritingCursor {
        shown: root.activeFocus
    }

    background: Rectangle {
        radius: Theme.corner
        color: Theme.sheet
        border.width: root.activeFocus ? Math.max(2, Theme.hairline * 2) : Theme.hairline
        border.color: root.activeFocus ? Theme.accent : Theme.lineStrong
    }

    Text {
        id: caption
        x: root.leftPadding
        y: Theme.gapXs
        width: root.width - 2 * x
        text: Theme.keepWords(root.label)
        textFormat: Text.PlainText
        elide: Text.ElideRight
        color: Theme.inkSoft
        font.family: Theme.sansFamily
        font.pixelSize: Math.max(19, Math.round(Theme.notePx * 0.86))
        Accessible.ignored: true
    }
}
