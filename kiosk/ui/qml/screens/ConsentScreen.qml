pragma ComponentBehavior: Bound

import QtQuick
import Booth

// Consent per use. Nothing is answered beforehand and silence is never a yes.
ScreenFrame {
    id: root

    required property var scene
    required property var visit

    title: qsTr("Before we begin")
    lead: qsTr("Please answer each question. Nothing is used without your consent.")

    ScrollArea {
        id: list
        objectName: "consentList"
        anchors.fill: parent
        gap: 0

        Repeater {
            model: [{
                    "use": "family_page",
                    "ask": qsTr("May your photograph, picture and letter be shown on the family's page?"),
                    "explanation": qsTr("Only people the family has invited can see it.")
                }, {
                    "use": "ai_restyle",
                    "ask": qsTr("May a computer turn your photograph into a picture?"),
                    "explanation": qsTr("A program or AI makes it. It is labelled, and the photograph stays beside it.")
                }, {
                    "use": "online_voice",
                    "ask": qsTr("May Google's voice service read your letter aloud?"),
                    "explanation": qsTr("The text of the letter is sent to Google. Without it, this booth uses its own voice.")
                }, {
                    "use": "keep",
                    "ask": qsTr("May the family keep it for ever?"),
                    "explanation": qsTr("If not, it is marked to be erased after one year.")
                }]

            AskRow {
                required property var modelData
                width: parent?.width ?? 0
                name: "consent_" + modelData.use
                ask: modelData.ask
                explanation: modelData.explanation
                answer: root.scene.consents[modelData.use] ?? ""
                onAnswered: agreed => root.visit.answer_consent(modelData.use, agreed)
            }
        }
    }

    aside: [
        Words {
            width: parent.width
            visible: root.scene.consents["family_page"] === "no"
            words: qsTr("Without the family's page there is nothing to hand over. You can change the answer or leave.")
        }
    ]

    actions: [
        PressButton {
            objectName: "consentNextButton"
            voice: "main"
            enabled: root.scene.is_consent_answered && root.scene.consents["family_page"] === "yes"
            text: qsTr("Continue")
            onClicked: root.visit.confirm_consents()
        },
        PressButton {
            objectName: "backButton"
            text: qsTr("Back")
            onClicked: root.visit.back()
        }
    ]
}
