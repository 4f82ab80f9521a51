import QtQuick

// On every screen: leave, text size, contrast, reach and language.
Item {
    id: root

    required property var display
    required property string language
    property bool canLeave: true
    signal leaveAsked
    signal languageAsked(string language)

    implicitHeight: Theme.target + Theme.gapXs

    Hairline {
        width: parent.width - 2 * Theme.margin
        x: Theme.margin
        y: Theme.portrait || Theme.lowReach ? 0 : parent.height - height
    }

    BarButton {
        objectName: "leaveButton"
        x: Theme.margin - Theme.gapS
        anchors.verticalCenter: parent.verticalCenter
        visible: root.canLeave
        isSwitch: false
        text: qsTr("Leave")
        onClicked: root.leaveAsked()
    }
    Row {
        anchors.verticalCenter: parent.verticalCenter
        x: parent.width - width - Theme.margin + Theme.gapS
        spacing: Theme.gapXs

        BarButton {
            objectName: "largeTextSwitch"
            text: qsTr("Large text")
            on: root.display.is_large_text
            onClicked: root.display.toggle_large_text()
        }
        BarButton {
            objectName: "contrastSwitch"
            text: qsTr("Contrast")
            on: root.display.high_contrast
            onClicked: root.display.toggle_high_contrast()
        }
        BarButton {
            objectName: "lowReachSwitch"
            text: qsTr("Lower screen")
            on: root.display.low_reach
            onClicked: root.display.toggle_low_reach()
        }
        BarButton {
            objectName: "languageSwitch"
            isSwitch: false
            text: root.language === "ko" ? "English" : "한국어"
            onClicked: root.languageAsked(root.language === "ko" ? "en" : "ko")
        }
    }
}
