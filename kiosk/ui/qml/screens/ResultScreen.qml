import QtQuick
import Booth

// Picture and photograph side by side, like a pair on a wall. The visitor chooses which one stands in front.
ScreenFrame {
    id: root

    required property var scene
    required property var visit
    readonly property bool hasPicture: scene.has_picture
    readonly property bool isAlone: scene.picture_state === "off" || scene.picture_state === "failed"
    readonly property bool isComing: scene.picture_state === "queued" || scene.picture_state === "running"

    steady: true
    title: hasPicture ? qsTr("Which one should be shown first?") : qsTr("Ready for the family")
    lead: {
        if (scene.is_busy)
            return qsTr("It is being handed over.")
        if (hasPicture)
            return qsTr("The family receives both.")
        if (scene.picture_state === "off")
            return qsTr("The photograph goes to the family as it was taken.")
        if (scene.picture_state === "failed")
            return qsTr("The picture could not be made this time. The photograph goes to the family as it was taken.")
        return isComing ? qsTr("The picture is still being made. You may go on; it will follow by itself.") : qsTr("The picture cannot be made just now. The photograph goes first, and the picture follows when it can.")
    }

    Row {
        id: pair
        readonly property real room: parent.width
        readonly property real cell: root.isAlone ? Math.min(room, height * 0.7) : Math.floor((room - spacing) / 2)
        anchors.horizontalCenter: parent.horizontalCenter
        height: parent.height
        spacing: Theme.gapM

        PictureChoice {
            objectName: "choosePictureButton"
            visible: !root.isAlone
            width: pair.cell
            height: parent.height
            source: root.scene.picture_source
            label: qsTr("Picture")
            note: root.hasPicture ? (root.scene.is_ai_generated ? qsTr("Made by AI from your photograph") : qsTr("Painted by a computer from your photograph")) : ""
            waiting: root.isComing ? qsTr("Being made") : qsTr("It will follow")
            part: root.isComing ? root.scene.picture_part : -1
            enabled: root.hasPicture
            chosen: root.scene.chosen === "picture"
            onClicked: root.visit.choose_picture("picture")
        }
        PictureChoice {
            objectName: "chooseOriginalButton"
            width: pair.cell
            height: parent.height
            source: root.scene.original_source
            label: qsTr("Photograph")
            note: qsTr("As it was taken")
            chosen: root.isAlone || root.scene.chosen === "original"
            onClicked: root.visit.choose_picture("original")
        }
    }

    actions: [
        PressButton {
            objectName: "finishButton"
            voice: "main"
            enabled: !root.scene.is_busy
            text: qsTr("Hand it to the family")
            onClicked: root.visit.finish()
        },
        PressButton {
            objectName: "backButton"
            enabled: !root.scene.is_busy
            text: qsTr("Back")
            onClicked: root.visit.back()
        }
    ]
}
