import QtQuick
import Booth

// Picture and photograph side by side, like a pair on a wall. The visitor chooses which one stands in front.
ScreenFrame {
    id: root

    required property var scene
    required property var visit
    readonly property bool hasPicture: scene.has_picture
    readonly property bool isComing: scene.picture_state === "queued" || scene.picture_state === "running"

    title: hasPicture ? qsTr("Which one should stand in front?") : qsTr("Ready to be handed over")
    lead: {
        if (hasPicture)
            return qsTr("The family receives both. The one you choose is shown first.")
        if (scene.picture_state === "off")
            return qsTr("It goes to the family as it is.")
        return isComing ? qsTr("The picture is still being made. You may go on; it will follow by itself.") : qsTr("The picture cannot be made just now. The photograph goes first, and the picture follows when it can.")
    }

    Row {
        id: pair
        readonly property bool single: root.scene.picture_state === "off"
        readonly property real cell: single ? Math.min(width, height * 0.7) : Math.floor((width - spacing) / 2)
        anchors.fill: parent
        spacing: Theme.gapM

        PictureChoice {
            objectName: "choosePictureButton"
            visible: !pair.single
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
            x: pair.single ? (pair.width - width) / 2 : 0
            width: pair.cell
            height: parent.height
            source: root.scene.original_source
            label: qsTr("Photograph")
            note: qsTr("As it was taken")
            chosen: root.scene.chosen === "original"
            onClicked: root.visit.choose_picture("original")
        }
    }

    aside: [
        Words {
            objectName: "finishingText"
            width: parent.width
            visible: root.scene.is_busy
            words: qsTr("It is being handed over.")
        }
    ]

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
