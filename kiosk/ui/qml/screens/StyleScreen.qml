pragma ComponentBehavior: Bound

import QtQuick
import Booth

// The looks the family allows, each with a sample.
ScreenFrame {
    id: root

    required property var scene
    required property var visit
    readonly property int count: scene.styles.length
    readonly property bool many: count > 4
    readonly property int columns: many ? 3 : Theme.portrait ? 1 : Math.min(3, Math.max(1, count))
    readonly property int lines: Math.max(1, Math.ceil(count / columns))

    title: qsTr("How should the picture look?")
    lead: scene.has_styles ? qsTr("The samples show another person's portrait.") : qsTr("The list of looks is on its way.")

    ScrollArea {
        id: list
        anchors.fill: parent

        Grid {
            id: grid
            readonly property real cell: Math.floor((width - (columns - 1) * spacing) / columns)
            readonly property real room: Math.floor((list.height - (root.lines - 1) * spacing) / root.lines)
            width: parent.width
            columns: root.columns
            spacing: Theme.gapS

            Repeater {
                model: root.scene.styles

                StyleCard {
                    required property var modelData
                    objectName: "style_" + modelData.style_id
                    width: grid.cell
                    brief: root.many
                    height: brief ? briefHeight : Theme.portrait ? Math.max(Math.round(240 * Theme.unit), Math.min(grid.room, Math.round(420 * Theme.unit))) : Math.max(Math.round(width * 1.3), Math.min(grid.room, Math.round(width * 2.3)))
                    sample: root.scene.samples[modelData.style_id] ?? ""
                    name: modelData.name
                    note: modelData.description
                    chosen: root.scene.style_id === modelData.style_id
                    onClicked: root.visit.choose_style(modelData.style_id)
                }
            }
        }
    }

    actions: [
        PressButton {
            objectName: "styleNextButton"
            voice: "main"
            enabled: root.scene.style_id !== ""
            text: qsTr("Continue")
            onClicked: root.visit.confirm_style()
        },
        PressButton {
            objectName: "backButton"
            text: qsTr("Back")
            onClicked: root.visit.back()
        }
    ]
}
