import QtQuick
import Booth

// It is saved. The receipt, and a farewell that nobody has to hurry through.
ScreenFrame {
    id: root

    required property var scene
    required property var visit

    title: qsTr("It is saved. Thank you")
    lead: qsTr("It will appear on the family's page for %1.").arg(scene.memorial_name)

    Column {
        anchors.verticalCenter: parent.verticalCenter
        anchors.verticalCenterOffset: Theme.portrait ? -Theme.gapL : 0
        width: parent.width
        spacing: Theme.gapM

        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            width: Math.round(Math.min(parent.width, root.stageItem.height - receipt.height - 2 * closing.height - 2 * Theme.gapM, 460 * Theme.unit))
            height: width
            color: "#ffffff"
            border.width: 1
            border.color: Theme.line

            Image {
                objectName: "receiptQr"
                anchors.fill: parent
                anchors.margins: Math.round(10 * Theme.unit)
                source: root.scene.qr_source
                sourceSize: Qt.size(width, height)
                smooth: false
                fillMode: Image.PreserveAspectFit
                Accessible.role: Accessible.Graphic
                Accessible.name: qsTr("QR code of your receipt")
            }
        }
        Column {
            id: receipt
            width: parent.width
            spacing: Theme.gapXs

            Words {
                objectName: "receiptCode"
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                words: root.scene.receipt_code
                font.family: Theme.serifFamily
                font.pixelSize: Theme.titlePx
                font.letterSpacing: Math.round(3 * Theme.unit)
            }
            NoteWords {
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                words: qsTr("Please write this code down or photograph it. With it the reception desk finds what you left.")
            }
        }
    }

    NoteWords {
        id: closing
        objectName: "closingText"
        anchors.bottom: parent.bottom
        width: parent.width
        visible: root.scene.idle_seconds_left > 0
        horizontalAlignment: Text.AlignHCenter
        words: qsTr("This screen closes in %n second(s). Touch it to keep it open.", "", root.scene.idle_seconds_left)
    }

    aside: [
        NoteWords {
            width: parent.width
            visible: root.scene.picture_state === "queued" || root.scene.picture_state === "running" || root.scene.picture_state === "waiting"
            words: qsTr("The picture is still being made and follows by itself.")
        }
    ]

    actions: [
        PressButton {
            objectName: "doneButton"
            voice: "main"
            text: qsTr("Finish")
            onClicked: root.visit.leave()
        }
    ]
}
