import QtQuick
import Booth

// A voice for the letter, or none. The visitor hears it before deciding.
ScreenFrame {
    id: root

    required property var scene
    required property var visit
    required property var listener

    readonly property bool isReady: scene.voice_state === "ready"
    readonly property bool isMaking: scene.voice_state === "making"

    title: qsTr("Would you like the letter read aloud?")
    lead: {
        if (!scene.has_letter)
            return qsTr("There is no letter, so there is nothing to read. You can go on.")
        return scene.online_voice_allowed ? qsTr("A computer voice reads it. It comes from Google's service when the booth is online.") : qsTr("A computer voice reads it, made in this booth.")
    }

    ScrollArea {
        y: Math.max(0, Math.round((parent.height - height) / 2) - (Theme.portrait ? Theme.gapL : 0))
        width: parent.width
        height: Math.min(implicitHeight, parent.height)
        gap: Theme.gapS

        AnswerButton {
            objectName: "voiceReadButton"
            width: parent.width
            height: Math.max(implicitHeight, Math.round(150 * Theme.unit))
            enabled: root.scene.has_letter
            opacity: enabled ? 1 : 0.45
            text: qsTr("Yes, have it read aloud")
            chosen: root.scene.voice_choice === "letter_read_aloud"
            onClicked: root.visit.choose_voice("letter_read_aloud")
        }
        AnswerButton {
            objectName: "voiceNoneButton"
            width: parent.width
            height: Math.max(implicitHeight, Math.round(150 * Theme.unit))
            text: qsTr("No voice")
            chosen: root.scene.voice_choice === "none"
            onClicked: {
                root.listener.stop()
                root.visit.choose_voice("none")
            }
        }
        Item {
            width: 1
            height: Theme.gapS
        }
        Words {
            objectName: "voiceStateText"
            width: parent.width
            visible: root.scene.voice_choice === "letter_read_aloud"
            words: {
                if (root.isMaking)
                    return qsTr("The voice is being made.")
                if (root.scene.voice_state === "failed")
                    return qsTr("The voice could not be made just now. You can go on without it; the letter is kept.")
                if (root.scene.voice_state === "unreadable")
                    return qsTr("The letter holds no words that a voice could read. You can go on without it, or write more; the letter is kept.")
                if (root.isReady)
                    return root.listener.has_speaker ? qsTr("You can listen to it now.") : qsTr("The voice is ready. This booth has no loudspeaker to play it.")
                return ""
            }
        }
        PressButton {
            objectName: "listenButton"
            width: parent.width
            visible: root.scene.voice_choice === "letter_read_aloud" && root.isReady && root.listener.has_speaker
            glyph: root.listener.is_playing ? "stop" : "play"
            text: root.listener.is_playing ? qsTr("Stop") : qsTr("Listen")
            onClicked: root.listener.is_playing ? root.listener.stop() : root.listener.play()
        }
        PressButton {
            objectName: "voiceRetryButton"
            width: parent.width
            visible: root.scene.voice_choice === "letter_read_aloud" && root.scene.voice_state === "failed"
            text: qsTr("Try again")
            onClicked: root.visit.choose_voice("letter_read_aloud")
        }
    }

    actions: [
        PressButton {
            objectName: "voiceNextButton"
            voice: "main"
            enabled: (root.scene.voice_choice !== "" || !root.scene.has_letter) && !root.isMaking
            text: qsTr("Continue")
            onClicked: {
                root.listener.stop()
                root.visit.confirm_voice()
            }
        },
        PressButton {
            objectName: "backButton"
            text: qsTr("Back to the letter")
            onClicked: {
                root.listener.stop()
                root.visit.back()
            }
        }
    ]
}
