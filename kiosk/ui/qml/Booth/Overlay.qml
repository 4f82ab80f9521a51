import QtQuick

// A question laid over the screen: everything else waits behind a veil.
Item {
    id: root

    property string title: ""
    property string lead: ""
    property alias actions: buttons.data

    anchors.fill: parent
    visible: false

    Rectangle {
        anchors.fill: parent
        color: Theme.veil
    }
    MouseArea {
        // Nothing behind the veil can be touched.
        anchors.fill: parent
    }
    Rectangle {
        anchors.centerIn: parent
        anchors.verticalCenterOffset: Theme.portrait && Theme.lowReach ? Math.round(parent.height * 0.16) : 0
        width: Math.min(parent.width - 2 * Theme.margin, Math.round(900 * Theme.unit))
        height: column.implicitHeight + 2 * Theme.gapL
        color: Theme.paper
        radius: Theme.corner
        border.width: Theme.highContrast ? Theme.hairline : 0
        border.color: Theme.line

        Column {
            id: column
            x: Theme.gapL
            y: Theme.gapL
            width: parent.width - 2 * x
            spacing: Theme.gapS

            TitleWords {
                width: parent.width
                words: root.title
            }
            NoteWords {
                width: parent.width
                words: root.lead
                font.pixelSize: Theme.bodyPx
                visible: words !== ""
            }
            Item {
                width: 1
                height: Theme.gapS
            }
            Column {
                id: buttons
                width: parent.width
                spacing: Theme.gapS
            }
        }
    }
}
