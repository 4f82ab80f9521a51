import QtQuick

// Content that may be taller than its place: it scrolls, and a line at the side and a fade at the foot say so.
Flickable {
    id: root

    default property alias content: holder.data
    property int gap: Theme.gapM
    readonly property bool scrolls: contentHeight > height + 1
    readonly property int sideRoom: scrolls ? Math.round(32 * Theme.unit) : 0

    contentWidth: width
    contentHeight: holder.implicitHeight
    implicitHeight: holder.implicitHeight
    clip: scrolls
    interactive: scrolls
    boundsBehavior: Flickable.StopAtBounds

    Column {
        id: holder
        width: root.width - root.sideRoom
        spacing: root.gap
    }

    Rectangle {
        parent: root
        visible: root.scrolls && !root.atYEnd
        y: root.height - height
        width: root.width - root.sideRoom
        height: Math.round(56 * Theme.unit)
        gradient: Gradient {
            GradientStop {
                position: 0
                color: Qt.alpha(Theme.paper, 0)
            }
            GradientStop {
                position: 1
                color: Theme.paper
            }
        }
    }
    Rectangle {
        id: track
        parent: root
        visible: root.scrolls
        x: root.width - width
        width: Math.max(6, Math.round(8 * Theme.unit))
        height: root.height
        radius: width / 2
        color: Theme.line

        Rectangle {
            y: root.visibleArea.yPosition * track.height
            width: parent.width
            height: root.visibleArea.heightRatio * track.height
            radius: width / 2
            color: Theme.lineStrong
        }
    }
}
