import QtQuick
import Booth

// Something did not work: what it was, in plain words, and what can be done.
ScreenFrame {
    id: root

    required property var scene
    required property var visit
    property bool staffCalled: false

    title: qsTr("We are sorry")
    // What is kept was not lost, so the cause is the booth's own affair.
    lead: staffCalled ? "" : scene.is_kept ? qsTr("It could not be handed to the family yet.") : scene.sorry_words

    aside: [
        Words {
            objectName: "staffCalledText"
            width: parent.width
            visible: root.staffCalled
            words: qsTr("Please go to the reception desk. The staff will help you with this.")
        },
        Words {
            width: parent.width
            visible: root.scene.is_kept || root.scene.is_still_here
            words: root.scene.is_kept ? qsTr("What you have made is kept safely in this booth. You may go; it is sent as soon as it can be.") : qsTr("What you have made stays here until you leave.")
        }
    ]

    PictureFrame {
        anchors.fill: parent
        visible: root.scene.is_still_here
        source: root.scene.original_source
        description: qsTr("Your photograph")
    }

    actions: [
        PressButton {
            objectName: "retryButton"
            voice: "main"
            text: qsTr("Try again")
            onClicked: root.visit.retry()
        },
        PressButton {
            objectName: "sendLaterButton"
            visible: root.scene.is_kept
            text: qsTr("Let the booth send it later")
            onClicked: root.visit.send_later()
        },
        PressButton {
            objectName: "staffButton"
            text: qsTr("Ask the staff")
            onClicked: {
                root.staffCalled = true
                root.visit.call_staff()
            }
        }
    ]
}
