import QtQuick
import QtQuick.Layouts

// The buttons that end a screen, main one first. Tall screen: side by side, the main one on the right; wide: stacked.
GridLayout {
    id: root

    readonly property bool stacked: !Theme.portrait || visibleChildren.length > 2

    columns: stacked ? 1 : 2
    layoutDirection: stacked ? Qt.LeftToRight : Qt.RightToLeft
    columnSpacing: Theme.gapS
    rowSpacing: Theme.gapS
}
