pragma ComponentBehavior: Bound

import QtQuick
import Booth

// Which language to speak: each one named in itself.
ScreenFrame {
    id: root

    required property var scene
    required property var visit

    title: qsTr("Which language would you like?")
    lead: qsTr("You can change it at any time.")

    Column {
        anchors.verticalCenter: parent.verticalCenter
        anchors.verticalCenterOffset: Theme.portrait ? -Theme.gapXl : 0
        width: parent.width
        spacing: Theme.gapM

        Repeater {
            model: [{ "language": "ko", "name": "한국어", "note": "화면이 한국어로 나옵니다." },
                { "language": "en", "name": "English", "note": "The screens are in English." }]

            ChoiceCard {
                required property var modelData
                objectName: "language_" + modelData.language
                width: parent?.width ?? 0
                height: Math.max(implicitHeight, Math.round(220 * Theme.unit))
                padding: Theme.gapL
                name: modelData.name
                note: modelData.note
                onClicked: root.visit.choose_language(modelData.language)
            }
        }
    }
}
