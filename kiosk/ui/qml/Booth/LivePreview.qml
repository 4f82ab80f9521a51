pragma ComponentBehavior: Bound

import QtQuick

// The camera's mirrored picture in 3:4. Frames come ready scaled from `preview`, one at a time; nothing is queued.
Item {
    id: root

    required property var preview
    property string cameraState: ""
    readonly property bool isLive: cameraState === "live"
    readonly property real fitWidth: Math.floor(Math.min(width, height * 3 / 4))
    readonly property alias frame: sheet

    Rectangle {
        id: sheet
        anchors.centerIn: parent
        width: root.fitWidth
        height: Math.floor(width * 4 / 3)
        color: Theme.highContrast ? "#000000" : "#e6dfd1"
        border.width: Theme.hairline
        border.color: Theme.line
        onWidthChanged: root.preview.set_preview_size(width, height)
        onHeightChanged: root.preview.set_preview_size(width, height)
        Component.onCompleted: root.preview.set_preview_size(width, height)

        Image {
            id: picture
            objectName: "livePreview"
            anchors.fill: parent
            source: root.preview.frame_source
            cache: false
            visible: root.isLive && status === Image.Ready
            Accessible.role: Accessible.Graphic
            Accessible.name: qsTr("Live picture of the camera, mirrored")
        }
        Repeater {
            // Quiet corner marks show what will be in the photograph; painted paper has its own edge.
            model: root.isLive && !root.preview.is_painted ? 4 : 0

            Item {
                id: corner
                required property int index
                readonly property bool isRight: index % 2 === 1
                readonly property bool isLower: index > 1
                readonly property int inset: Math.round(34 * Theme.unit)
                readonly property int reach: Math.round(54 * Theme.unit)
                readonly property int pen: Math.max(2, Math.round(3 * Theme.unit))
                x: isRight ? sheet.width - inset - reach : inset
                y: isLower ? sheet.height - inset - reach : inset
                width: reach
                height: reach

                Rectangle {
                    y: corner.isLower ? parent.height - height : 0
                    width: parent.width
                    height: corner.pen
                    color: "#ccfbf9f3"
                }
                Rectangle {
                    x: corner.isRight ? parent.width - width : 0
                    width: corner.pen
                    height: parent.height
                    color: "#ccfbf9f3"
                }
            }
        }
        Column {
            objectName: "cameraLostNotice"
            visible: !root.isLive
            anchors.centerIn: parent
            width: parent.width - 2 * Theme.gapL
            spacing: Theme.gapS

            TitleWords {
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                font.pixelSize: Theme.headingPx
                words: root.cameraState === "lost" ? qsTr("The camera is coming back") : qsTr("The camera is starting")
            }
            NoteWords {
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                words: qsTr("Please wait a moment.")
            }
        }
    }
}
