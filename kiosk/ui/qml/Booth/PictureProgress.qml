import QtQuick

// How far the picture is, as one quiet line that never asks for attention.
Item {
    id: root

    required property var scene
    readonly property string state_: scene.picture_state

    implicitHeight: state_ === "off" ? 0 : column.implicitHeight + Theme.gapXs
    height: implicitHeight
    visible: state_ !== "off"

    Column {
        id: column
        anchors.bottom: parent.bottom
        width: parent.width
        spacing: Math.round(4 * Theme.unit)

        NoteWords {
            objectName: "pictureProgressText"
            width: parent.width
            font.pixelSize: Math.max(19, Math.round(Theme.notePx * 0.9))
            lineHeight: 1.2
            words: {
                switch (root.state_) {
                case "done":
                    return qsTr("The picture is ready.")
                case "running":
                    return qsTr("The picture is being made. %1%").arg(Math.round(root.scene.picture_part * 100))
                case "waiting":
                    return qsTr("The picture will follow later.")
                case "failed":
                    return qsTr("The picture could not be made. The photograph is kept.")
                default:
                    return qsTr("The picture is about to be made.")
                }
            }
        }
        ProgressLine {
            width: parent.width
            visible: root.state_ !== "failed"
            part: root.state_ === "done" ? 1 : root.scene.picture_part
        }
    }
}
