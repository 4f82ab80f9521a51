import QtQuick

// A picture on the wall: paper mat, hairline frame, and an optional label that says what made it.
Item {
    id: root

    property url source
    property string description: ""
    property string waiting: ""
    property real aspect: 3 / 4
    property bool chosen: false
    readonly property int mat: Math.round(22 * Theme.unit)
    readonly property real fitWidth: Math.min(width, (height - 2 * mat) * aspect + 2 * mat)

    implicitWidth: Math.round(400 * Theme.unit)
    implicitHeight: Math.round(implicitWidth / aspect)

    Rectangle {
        id: sheet
        anchors.centerIn: parent
        width: Math.round(root.fitWidth)
        height: Math.round((width - 2 * root.mat) / root.aspect + 2 * root.mat)
        color: Theme.sheet
        border.width: root.chosen ? Math.max(4, Math.round(4 * Theme.unit)) : Theme.hairline
        border.color: root.chosen ? Theme.accent : Theme.line
        radius: 2

        Rectangle {
            anchors.fill: picture
            anchors.margins: -1
            color: Theme.accentWash
            border.width: 1
            border.color: Theme.line
        }
        Image {
            id: picture
            anchors.fill: parent
            anchors.margins: root.mat
            source: root.source
            sourceSize: Qt.size(width, height)
            cache: false
            fillMode: Image.PreserveAspectCrop
            Accessible.role: Accessible.Graphic
            Accessible.name: root.description
        }
        NoteWords {
            anchors.centerIn: parent
            width: picture.width - 2 * Theme.gapS
            horizontalAlignment: Text.AlignHCenter
            visible: picture.status !== Image.Ready && words !== ""
            words: root.waiting
        }
    }
}
