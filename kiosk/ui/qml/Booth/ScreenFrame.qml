pragma ComponentBehavior: Bound

import QtQuick

// The plan every screen shares. Tall: words, stage, actions from top to bottom. Wide: words and actions in a
// column on the left, the stage on the right. Low reach moves everything into the lower part of a tall screen.
Item {
    id: root

    property string title: ""
    property string lead: ""
    property alias aside: asideColumn.data
    default property alias stage: stageArea.data
    property alias actions: actionStack.data
    // How much of a wide screen the words take.
    property real wordsShare: 0.37
    // The words of a tall screen keep the most room that they took, so that the stage does not move while it is looked at.
    property bool steady: false
    property real mostWords: 0
    readonly property bool tall: Theme.portrait
    readonly property int edge: Theme.margin
    readonly property int wordsTop: tall && Theme.lowReach ? Math.round(height * 0.3) : Math.round((tall ? 84 : 44) * Theme.unit)
    readonly property int wordsWidth: tall ? width - 2 * edge : Math.round((width - 2 * edge) * wordsShare)
    readonly property alias stageItem: stageArea

    ScrollArea {
        id: wordArea
        x: root.edge
        y: root.wordsTop
        width: root.wordsWidth
        height: root.tall ? Math.min(Math.max(implicitHeight, root.steady ? root.mostWords : 0), root.height * 0.42) : actionStack.y - y - Theme.gapS
        gap: Theme.gapS
        onImplicitHeightChanged: root.mostWords = Math.max(root.mostWords, implicitHeight)

        TitleWords {
            width: parent.width
            words: root.title
            visible: words !== ""
        }
        NoteWords {
            width: parent.width
            words: root.lead
            font.pixelSize: Theme.bodyPx
            visible: words !== ""
        }
        Column {
            id: asideColumn
            width: parent.width
            spacing: Theme.gapS
            topPadding: children.length > 0 ? Theme.gapXs : 0
        }
    }

    Connections {
        target: Theme
        function onTextScaleChanged() {
            root.mostWords = wordArea.implicitHeight
        }
    }

    Item {
        id: stageArea
        x: root.tall ? root.edge : root.edge + root.wordsWidth + Theme.gapXl
        y: root.tall ? wordArea.y + wordArea.height + Theme.gapL : root.wordsTop
        width: root.width - root.edge - x
        height: (root.tall ? actionStack.y - (actionStack.height > 0 ? Theme.gapL : 0) : root.height - Theme.gapM) - y
    }

    ActionStack {
        id: actionStack
        x: root.edge
        y: root.height - implicitHeight - Theme.gapL
        width: root.wordsWidth
        height: implicitHeight
    }
}
