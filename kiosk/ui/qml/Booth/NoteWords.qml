import QtQuick

// Quieter text: explanations, captions.
Words {
    color: Theme.inkSoft
    font.pixelSize: Theme.notePx
}
