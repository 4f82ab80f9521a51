pragma ComponentBehavior: Bound

import QtQuick
import Booth

// Which language to speak: each one named in itself.
ScreenFrame {
    id: root

    required property var scene
    required property var visit

    title: qsTr("Which language would you like?")
    lead: qsTr("You can change it at any time with the button in the bar.")

    Column {
        anchors.verticalCenter: parent.verticalCenter
        anchors.verticalCenterOffset: Theme.portrait ? -Theme.gapXl : 0
        width: parent.width
        spacing: Theme.gapM

        Repeater {
            model: [{ "language": "ko", "name": "한국어", "note": "화면과 편지를 한국어로 봅니다." },
                { "language": "en", "name": "English", "note": "The screens and the letter are in English." }]

            ChoiceCard {
                required property var modelData
                objectName: "language_" + modelData.language
                width: parent?.width ?? 0
                height: Math.max(implicitHeight, Math.round(220 * Theme.unit))
                padding: Theme.gapL
                name: modelData.name
                note: modelData.note
                chosen: root.scene.language === modelData.language
                onClicked: root.visit.choose_language(modelData.language)
            }
        }
    }
}
