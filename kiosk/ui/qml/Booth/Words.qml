import QtQuick

// Text that is read: the base of every label. `words` is the plain sentence, also for the screen reader.
Text {
    id: root

    property string words: ""

    text: Theme.keepWords(words)
    textFormat: Text.PlainText
    wrapMode: Text.Wrap
    color: Theme.ink
    font.family: Theme.sansFamily
    font.pixelSize: Theme.bodyPx
    lineHeight: 1.36
    Accessible.role: Accessible.StaticText
    Accessible.name: words
    Accessible.ignored: words === ""
}
