import QtQuick
import Booth

// Live picture, painted or plain, and countdown. No flash, no sound; the visitor decides when.
ScreenFrame {
    id: root

    required property var scene
    required property var visit
    required property var preview
    readonly property bool isLive: scene.camera_state === "live"

    steady: true
    title: {
        if (scene.is_busy)
            return qsTr("Hold still for a moment")
        return scene.is_counting ? qsTr("Please look at the camera") : qsTr("Take your time")
    }
    lead: {
        if (scene.is_counting)
            return qsTr("Rest your eyes on the lens. There is no flash.")
        if (scene.notice === "camera_lost")
            return qsTr("The camera was interrupted. Please press the button again when the picture is back.")
        if (scene.notice === "still_failed")
            return qsTr("The photograph did not succeed. Please try once more.")
        if (preview.is_painted)
            return qsTr("A first glimpse of the picture; the photograph itself stays plain. Press the button when you are ready.")
        return qsTr("Sit as you like. Press the button when you are ready; you can take it again.")
    }

    aside: PressButton {
        objectName: "paintedSwitch"
        width: parent.width
        visible: root.preview.can_paint
        enabled: root.isLive && !root.scene.is_counting && !root.scene.is_busy
        text: root.preview.is_painted ? qsTr("Show the plain picture") : qsTr("Show it painted")
        onClicked: root.preview.set_painted(!root.preview.is_painted)
    }

    LivePreview {
        id: live
        anchors.fill: parent
        preview: root.preview
        cameraState: root.scene.camera_state
    }
    CountRing {
        objectName: "countRing"
        anchors.horizontalCenter: parent.horizontalCenter
        y: (parent.height + live.frame.height) / 2 - height - Math.round(48 * Theme.unit)
        visible: root.scene.is_counting && root.isLive && !root.scene.is_busy
        seconds: root.scene.seconds_left
        part: root.scene.part_left
    }

    actions: [
        PressButton {
            objectName: "shutterButton"
            voice: "main"
            enabled: root.isLive && !root.scene.is_counting && !root.scene.is_busy
            text: qsTr("Take the photograph")
            onClicked: root.visit.start_countdown()
        },
        PressButton {
            objectName: "backButton"
            enabled: !root.scene.is_busy
            text: root.scene.is_counting ? qsTr("Stop") : qsTr("Back")
            onClicked: root.visit.back()
        }
    ]
}
