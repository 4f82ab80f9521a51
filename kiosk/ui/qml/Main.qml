pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Window
import Booth
import "screens"

// The window: one bar, one screen at a time, and the questions that lie over them.
Window {
    id: root

    required property var scene
    required property var visit
    required property var preview
    required property var keyboard
    required property var listener
    required property var display

    readonly property bool barAtFoot: Theme.portrait || Theme.lowReach
    readonly property bool isArriving: arrivalGuard.running
    readonly property bool hasIdleQuestion: scene.idle_seconds_left > 0 && scene.state !== "thanks"

    title: qsTr("Memorial booth")
    color: Theme.paper
    flags: Qt.FramelessWindowHint | Qt.Window

    Binding { target: Theme; property: "windowWidth"; value: root.width }
    Binding { target: Theme; property: "windowHeight"; value: root.height }
    Binding { target: Theme; property: "textScale"; value: root.display.text_scale }
    Binding { target: Theme; property: "highContrast"; value: root.display.high_contrast }
    Binding { target: Theme; property: "lowReach"; value: root.display.low_reach }
    Binding { target: Theme; property: "serifFamily"; value: root.display.serif_family }
    Binding { target: Theme; property: "sansFamily"; value: root.display.sans_family }

    Loader {
        id: screens
        objectName: "screens"
        y: root.barAtFoot ? 0 : bar.height
        width: root.width
        height: root.height - bar.height
        sourceComponent: root.screenFor(root.scene.state)
        onLoaded: arrival.restart()

        NumberAnimation {
            id: arrival
            target: screens.item
            property: "opacity"
            from: 0
            to: 1
            duration: Theme.calm
            easing.type: Easing.OutQuad
        }
    }

    BoothBar {
        id: bar
        y: root.barAtFoot ? root.height - height : 0
        width: root.width
        display: root.display
        language: root.scene.language
        canLeave: root.scene.can_leave
        onLeaveAsked: root.scene.state === "thanks" ? root.visit.leave() : leaveQuestion.visible = true
        onLanguageAsked: language => root.visit.choose_language(language)
    }

    MouseArea {
        // The second tap of a double tap meets a screen that the visitor has not seen yet; it presses nothing there.
        anchors.fill: parent
        visible: root.isArriving
    }
    Timer {
        id: arrivalGuard
        interval: root.display.touch_guard_ms
    }

    Overlay {
        id: leaveQuestion
        objectName: "leaveQuestion"
        title: qsTr("Would you like to leave?")
        lead: root.scene.is_kept ? qsTr("What you have made is then erased and not sent. To have it sent, stay and let the booth send it later.") : qsTr("What you have made so far is erased. Nothing is sent.")
        actions: [
            PressButton {
                objectName: "stayButton"
                width: parent.width
                voice: "main"
                text: qsTr("Stay here")
                onClicked: leaveQuestion.visible = false
            },
            PressButton {
                objectName: "leaveForSureButton"
                width: parent.width
                text: qsTr("Leave and erase")
                onClicked: {
                    leaveQuestion.visible = false
                    root.visit.leave()
                }
            }
        ]
    }

    Overlay {
        objectName: "idleWarning"
        visible: root.hasIdleQuestion
        title: qsTr("Are you still there?")
        lead: root.scene.is_kept ? qsTr("Without an answer the booth closes in %n second(s), and sends what you have made as soon as it can.", "", root.scene.idle_seconds_left) : qsTr("Without an answer the booth closes in %n second(s), and what you have made is erased.", "", root.scene.idle_seconds_left)
        actions: [
            PressButton {
                objectName: "stillHereButton"
                width: parent.width
                voice: "main"
                text: qsTr("I am still here")
                onClicked: root.visit.stay_awake()
            }
        ]
    }

    Connections {
        target: root.scene
        function onStateChanged() {
            leaveQuestion.visible = false
            if (arrivalGuard.interval > 0)
                arrivalGuard.restart()
        }
    }

    function screenFor(state: string): Component {
        const screens = {
            "attract": attract,
            "language": languageChoice,
            "memorial": memorial,
            "consent": consent,
            "style": style,
            "camera": cameraScreen,
            "review": review,
            "saving": saving,
            "letter": letter,
            "voice": voice,
            "result": result,
            "thanks": thanks,
            "sorry": sorry
        }
        return screens[state] ?? attract
    }

    Component { id: attract; AttractScreen { scene: root.scene; visit: root.visit; display: root.display } }
    Component { id: languageChoice; LanguageScreen { scene: root.scene; visit: root.visit } }
    Component { id: memorial; MemorialScreen { scene: root.scene; visit: root.visit } }
    Component { id: consent; ConsentScreen { scene: root.scene; visit: root.visit } }
    Component { id: style; StyleScreen { scene: root.scene; visit: root.visit } }
    Component { id: cameraScreen; CameraScreen { scene: root.scene; visit: root.visit; preview: root.preview } }
    Component { id: review; ReviewScreen { scene: root.scene; visit: root.visit } }
    Component { id: saving; SavingScreen { scene: root.scene; visit: root.visit } }
    Component { id: letter; LetterScreen { scene: root.scene; visit: root.visit; keyboard: root.keyboard } }
    Component { id: voice; VoiceScreen { scene: root.scene; visit: root.visit; listener: root.listener } }
    Component { id: result; ResultScreen { scene: root.scene; visit: root.visit } }
    Component { id: thanks; ThanksScreen { scene: root.scene; visit: root.visit } }
    Component { id: sorry; SorryScreen { scene: root.scene; visit: root.visit } }
}
