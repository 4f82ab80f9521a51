pragma ComponentBehavior: Bound

import QtQuick

// The booth's own keyboard: Korean two-set letters, English letters and signs. `keyboard` turns presses into text.
Item {
    id: root

    required property var keyboard
    readonly property int gap: Math.max(6, Theme.gapXs)
    readonly property real cell: (width - 9 * gap) / 10
    readonly property int keyHeight: Theme.target
    readonly property bool hasDigits: Theme.portrait && !keyboard.signs
    readonly property var rows: {
        const letters = keyboard.rows.map(row => row.split("").map(toKey))
        const third = [toKey(qsTr("Shift"), 1.5, "shift"), ...letters[2], toKey(qsTr("Delete"), 1.5, "backspace")]
        const last = [toKey(keyboard.signs ? qsTr("ABC") : "123", 1.5, "signs"), toKey("한/영", 1.5, "layout"), toKey(","),
            toKey(qsTr("Space"), 3, "space"), toKey("."), toKey(qsTr("New line"), 2, "enter")]
        const digits = hasDigits ? ["1234567890".split("").map(digit => toKey(digit))] : []
        return [...digits, letters[0], letters[1], third, last]
    }

    implicitHeight: rows.length * keyHeight + (rows.length - 1) * gap

    function toKey(label: string, span: var, kind: var): var {
        return typeof kind === "string" ? { "label": label, "span": span, "kind": kind } : { "label": label, "span": 1, "kind": "letter" }
    }

    Column {
        anchors.horizontalCenter: parent.horizontalCenter
        spacing: root.gap

        Repeater {
            model: root.rows

            Row {
                id: row
                required property var modelData
                anchors.horizontalCenter: parent?.horizontalCenter
                spacing: root.gap

                Repeater {
                    model: row.modelData

                    KeyCap {
                        required property var modelData
                        readonly property bool isLetter: modelData.kind === "letter"
                        objectName: "key_" + (isLetter ? modelData.label : modelData.kind)
                        width: Math.floor(root.cell * modelData.span + root.gap * (modelData.span - 1))
                        height: root.keyHeight
                        text: modelData.label
                        glyph: ["shift", "backspace", "space", "enter"].includes(modelData.kind) ? modelData.kind : ""
                        modest: !isLetter
                        fontPx: isLetter ? Theme.keyPx : Math.round(Theme.keyPx * 0.72)
                        lit: modelData.kind === "shift" && root.keyboard.shifted
                        autoRepeat: modelData.kind === "backspace"
                        enabled: !(modelData.kind === "shift" && root.keyboard.signs)
                        onClicked: root.keyboard.press(modelData.kind, modelData.label)
                    }
                }
            }
        }
    }
}
