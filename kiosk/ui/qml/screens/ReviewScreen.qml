import QtQuick
import Booth

// The photograph just taken: keep it or take it again.
ScreenFrame {
    id: root

    required property var scene
    required property var visit

    title: qsTr("Shall we keep this one?")
    lead: qsTr("Take it again as often as you like.")

    PictureFrame {
        anchors.fill: parent
        source: root.scene.original_source
        description: qsTr("The photograph just taken")
        waiting: qsTr("One moment")
    }

    actions: [
        PressButton {
            objectName: "keepButton"
            voice: "main"
            text: qsTr("Keep it")
            onClicked: root.visit.keep_photo()
        },
        PressButton {
            objectName: "retakeButton"
            text: qsTr("Take it again")
            onClicked: root.visit.retake_photo()
        }
    ]
}
