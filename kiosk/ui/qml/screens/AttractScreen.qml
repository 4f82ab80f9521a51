import QtQuick
import Booth

// The booth at rest: the hall's name, one sentence, one button.
Item {
    id: root

    required property var scene
    required property var visit
    required property var display
    readonly property int edge: Theme.margin
    readonly property real wordsWidth: Theme.portrait ? width - 2 * edge : Math.round(width * 0.56)

    Scenery {
        anchors.fill: parent
        source: root.display.scenery_source
    }

    NoteWords {
        id: hall
        x: root.edge
        y: Math.round((Theme.portrait ? 110 : 44) * Theme.unit)
        width: root.wordsWidth
        words: root.scene.hall_name
        font.letterSpacing: Math.round(2 * Theme.unit)
        color: Theme.ink
    }

    Column {
        x: root.edge
        y: Theme.portrait ? Math.round(parent.height * 0.17) : Math.round((hall.y + hall.height + begin.y - height) / 2)
        width: root.wordsWidth
        spacing: Theme.gapM

        TitleWords {
            width: parent.width
            words: qsTr("A place to leave\na memory")
            font.pixelSize: Theme.displayPx
        }
        Words {
            width: Math.min(parent.width, Math.round(760 * Theme.unit * Theme.textScale))
            words: qsTr("Your photograph becomes a picture. Together with your letter it goes to a page that only the family sees.")
        }
    }

    PressButton {
        id: begin
        objectName: "beginButton"
        x: root.edge
        y: parent.height - height - Math.round((Theme.portrait ? 64 : 48) * Theme.unit)
        width: Theme.portrait ? parent.width - 2 * root.edge : Math.round(460 * Theme.unit)
        height: Math.max(implicitHeight, Math.round(136 * Theme.unit))
        voice: "main"
        fontPx: Math.round(Theme.bodyPx * 1.16)
        text: qsTr("Begin")
        onClicked: root.visit.begin()
    }
}
