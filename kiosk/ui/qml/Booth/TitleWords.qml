import QtQuick

// The one sentence at the head of a screen.
Words {
    font.family: Theme.serifFamily
    font.pixelSize: Theme.titlePx
    lineHeight: 1.28
    Accessible.role: Accessible.Heading
}
