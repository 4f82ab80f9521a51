import QtQuick

// Progress without hurry: a hairline that fills. `part` is 0 to 1; below zero nobody knows, and a short piece wanders.
Item {
    id: root

    property real part: 0
    readonly property bool isKnown: part >= 0

    implicitHeight: Math.max(4, Math.round(6 * Theme.unit))
    Accessible.role: Accessible.ProgressBar
    Accessible.name: isKnown ? Math.round(part * 100) + "%" : qsTr("In progress")

    Rectangle {
        anchors.verticalCenter: parent.verticalCenter
        width: parent.width
        height: Theme.hairline
        color: Theme.line
    }
    Rectangle {
        anchors.verticalCenter: parent.verticalCenter
        visible: root.isKnown
        width: Math.round(parent.width * Math.min(1, root.part))
        height: parent.height
        radius: height / 2
        color: Theme.accent

        Behavior on width {
            NumberAnimation {
                duration: Theme.calm
                easing.type: Easing.InOutQuad
            }
        }
    }
    Rectangle {
        id: wanderer
        anchors.verticalCenter: parent.verticalCenter
        visible: !root.isKnown
        width: Math.round(parent.width * 0.22)
        height: parent.height
        radius: height / 2
        color: Theme.accent

        SequentialAnimation on x {
            running: wanderer.visible
            loops: Animation.Infinite
            NumberAnimation {
                from: 0
                to: root.width - wanderer.width
                duration: 2600
                easing.type: Easing.InOutSine
            }
            NumberAnimation {
                from: root.width - wanderer.width
                to: 0
                duration: 2600
                easing.type: Easing.InOutSine
            }
        }
    }
}
