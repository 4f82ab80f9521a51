import QtQuick

// The place where the next letter appears; it blinks slowly.
Rectangle {
    id: root

    property bool shown: false

    width: Math.max(3, Math.round(3 * Theme.unit))
    color: Theme.accent
    visible: shown && blink.on

    Timer {
        id: blink
        property bool on: true
        interval: 700
        repeat: true
        running: root.shown
        onRunningChanged: on = true
        onTriggered: on = !on
    }
}
