import QtQuick
import Booth

// Being kept. "Saved" is said only after the bridge has answered.
ScreenFrame {
    id: root

    required property var scene
    required property var visit

    title: qsTr("Your photograph is being kept safe")
    lead: qsTr("This takes a moment.")

    PictureFrame {
        anchors.fill: parent
        anchors.bottomMargin: line.height + Theme.gapL
        source: root.scene.original_source
        description: qsTr("Your photograph")
    }
    ProgressLine {
        id: line
        anchors.bottom: parent.bottom
        width: parent.width
        part: -1
    }
}
