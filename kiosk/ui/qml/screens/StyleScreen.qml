pragma ComponentBehavior: Bound

import QtQuick
import Booth

// The looks the family allows, each with a sample.
ScreenFrame {
    id: root

    required property var scene
    required property var visit
    readonly property int count: scene.styles.length
    readonly property bool notEnrolled: scene.notice === "not_enrolled"
    readonly property bool many: count > 4
    readonly property int columns: many ? 3 : Theme.portrait ? 1 : Math.min(3, Math.max(1, count))
    readonly property int lines: Math.max(1, Math.ceil(count / columns))
    readonly property var chosen: scene.styles.find(style => style.style_id === scene.style_id)
    // Room for two lines is kept from the start, so that nothing moves under a finger.
    readonly property bool credits: scene.styles.some(style => style.credit !== "")
    readonly property int creditRoom: credits ? Math.ceil(2 * creditFont.height * credit.lineHeight) : 0

    title: notEnrolled ? qsTr("This booth is not ready yet") : qsTr("How should the picture look?")
    lead: {
        if (notEnrolled)
            return qsTr("Please ask at the reception desk. The staff will help you.")
        if (scene.notice === "list_unavailable")
            return qsTr("The styles cannot be loaded just now; the booth keeps trying.")
        return scene.has_styles ? qsTr("The samples show another person's portrait.") : qsTr("The styles are on their way.")
    }

    ProgressLine {
        visible: !root.scene.has_styles && !root.notEnrolled
        width: parent.width
        part: -1
    }

    ScrollArea {
        id: list
        width: parent.width
        height: parent.height - (root.credits ? root.creditRoom + Theme.gapM : 0)

        Grid {
            id: grid
            readonly property real cell: Math.floor((width - (columns - 1) * spacing) / columns)
            readonly property real room: Math.floor((list.height - (root.lines - 1) * spacing) / root.lines)
            // How many cards there are so far: each looks at the others of its row.
            property int made: 0
            // Room for the scroll line is not taken from what scrolls now: narrower cards are lower, and might not scroll.
            readonly property bool maySlide: root.many || Theme.textScale > 1
            width: list.width - (maySlide ? Math.round(32 * Theme.unit) : 0)
            columns: root.columns
            spacing: Theme.gapS

            // Cards of a row are as tall as the one with the most words.
            function rowHeight(index: int): real {
                const first = index - index % root.columns
                let most = 0
                for (let place = first; place < Math.min(first + root.columns, made); place++)
                    most = Math.max(most, (cards.itemAt(place) as StyleCard)?.neededHeight ?? 0)
                return most
            }

            Repeater {
                id: cards
                model: root.scene.styles
                onItemAdded: grid.made++
                onItemRemoved: grid.made--

                StyleCard {
                    required property var modelData
                    required property int index
                    objectName: "style_" + modelData.style_id
                    width: grid.cell
                    brief: root.many
                    readonly property real wishedHeight: Theme.portrait ? Math.max(Math.round(240 * Theme.unit), Math.min(grid.room, Math.round(420 * Theme.unit))) : Math.max(Math.round(width * 1.3), Math.min(grid.room, Math.round(width * 2.3)))
                    height: Math.max(grid.rowHeight(index), brief ? 0 : wishedHeight)
                    sample: root.scene.samples[modelData.style_id] ?? ""
                    name: modelData.name
                    note: modelData.description
                    chosen: root.scene.style_id === modelData.style_id
                    onClicked: root.visit.choose_style(modelData.style_id)
                }
            }
        }
    }

    FontMetrics {
        id: creditFont
        font: credit.font
    }
    NoteWords {
        id: credit
        objectName: "styleCredit"
        width: parent.width
        y: parent.height - (Theme.portrait ? height : root.creditRoom)
        words: root.chosen && root.chosen.credit !== "" ? qsTr("Style: %1").arg(root.chosen.credit) : ""
        // A licence's name is not broken at its hyphens.
        text: Theme.keepWords(words).replace(/-/g, "\u2060-\u2060")
        visible: words !== ""
        lineHeight: 1.3
        maximumLineCount: 2
        elide: Text.ElideRight
    }

    aside: [
        EnrolNote {
            width: parent.width
            visible: root.notEnrolled
        }
    ]

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
