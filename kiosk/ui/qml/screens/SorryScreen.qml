import QtQuick
import Booth

// Something did not work: what it was, in plain words, and what can be done.
ScreenFrame {
    id: root

    required property var scene
    required property var visit
    property bool staffCalled: false

    title: qsTr("We are sorry")
    lead: scene.sorry_words

    Column {
        width: parent.width
        spacing: Theme.gapM

        Words {
            width: parent.width
            visible: root.scene.is_kept
            words: qsTr("What you have written is kept in this booth. You may go; it is sent as soon as it can be.")
        }
        Words {
            objectName: "staffCalledText"
            width: parent.width
            visible: root.staffCalled
            words: qsTr("Please come to the reception desk. The staff will help you with this.")
        }
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
