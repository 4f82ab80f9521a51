pragma ComponentBehavior: Bound

import QtQuick
import Booth

// Whom the visitor remembers: the hall's memorials as cards, or the code on the invitation.
ScreenFrame {
    id: root

    required property var scene
    required property var visit
    property bool byCode: false
    readonly property bool notEnrolled: scene.notice === "not_enrolled"

    wordsShare: byCode ? 0.31 : 0.37

    title: notEnrolled ? qsTr("This booth is not ready yet") : byCode ? qsTr("Enter the code") : qsTr("Whom are you here to remember?")
    lead: {
        if (byCode && !notEnrolled)
            return qsTr("You find it on the invitation or at the reception desk.")
        if (notEnrolled)
            return qsTr("Please ask at the reception desk. The staff will help you.")
        if (scene.notice === "list_unavailable")
            return qsTr("The names cannot be loaded just now; the booth keeps trying. You can also ask at the reception desk.")
        if (!scene.has_memorials)
            return qsTr("The names are on their way. You can enter the code instead.")
        return scene.memorials.length > 0 ? qsTr("Please choose a name.") : qsTr("Please enter the code of the memorial.")
    }

    ScrollArea {
        id: list
        visible: !root.byCode
        anchors.fill: parent
        gap: Theme.gapS

        Repeater {
            model: root.scene.memorials

            ChoiceCard {
                required property var modelData
                objectName: "memorial_" + modelData.memorial_id
                width: parent?.width ?? 0
                padding: Theme.gapM
                name: modelData.deceased_name
                note: modelData.name === modelData.deceased_name ? "" : modelData.name
                onClicked: root.visit.choose_memorial(modelData.memorial_id)
            }
        }
    }

    ProgressLine {
        visible: !root.byCode && !root.scene.has_memorials && !root.notEnrolled
        width: parent.width
        part: -1
    }

    Column {
        visible: root.byCode
        anchors.bottom: parent.bottom
        width: parent.width
        spacing: Theme.gapM

        Rectangle {
            width: parent.width
            height: Math.max(Theme.target, Math.round(Theme.headingPx * 2))
            radius: Theme.corner
            color: Theme.sheet
            border.width: Theme.hairline
            border.color: Theme.lineStrong
            Accessible.role: Accessible.EditableText
            Accessible.name: qsTr("Code")

            Text {
                objectName: "codeText"
                anchors.centerIn: parent
                text: keypad.code
                color: Theme.ink
                font.family: Theme.sansFamily
                font.pixelSize: Theme.headingPx
                font.letterSpacing: Math.round(6 * Theme.unit)
                Accessible.role: Accessible.StaticText
                Accessible.name: keypad.code
            }
        }
        Keypad {
            id: keypad
            objectName: "codeKeypad"
            width: parent.width
        }
    }

    aside: [
        Words {
            width: parent.width
            visible: root.byCode && words !== ""
            words: {
                if (root.scene.is_busy)
                    return qsTr("The code is being looked up.")
                switch (root.scene.notice) {
                case "code_unknown":
                    return qsTr("There is no memorial with this code. Please check it once more.")
                case "code_unchecked":
                    return qsTr("The code cannot be checked just now. Please try again in a moment.")
                default:
                    return ""
                }
            }
        },
        EnrolNote {
            width: parent.width
            visible: root.notEnrolled
        }
    ]

    actions: [
        PressButton {
            objectName: "openCodeButton"
            voice: "main"
            visible: root.byCode
            enabled: keypad.code.length >= 3 && !root.scene.is_busy
            text: qsTr("Continue")
            onClicked: root.visit.open_by_code(keypad.code)
        },
        PressButton {
            objectName: "codeToggleButton"
            visible: root.byCode || !root.notEnrolled
            text: root.byCode ? qsTr("Back to the list") : qsTr("Enter a code")
            onClicked: {
                root.byCode = !root.byCode
                keypad.code = ""
            }
        }
    ]
}
