import QtQuick

// The painted background: mist, hills and a moon in ink wash. Plain paper in high contrast.
Image {
    visible: !Theme.highContrast
    cache: false
    fillMode: Image.PreserveAspectCrop
    Accessible.ignored: true
    opacity: status === Image.Ready ? 1 : 0

    Behavior on opacity {
        NumberAnimation {
            duration: Theme.calm
        }
    }
}
