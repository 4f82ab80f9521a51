pragma ComponentBehavior: Bound

import QtQuick

// Letters and digits for the memorial's code, written into `code` (upper case, no look-alikes).
Item {
    id: root

    property string code: ""
    property int maximumLength: 16
    readonly property int gap: Math.max(6, Theme.gapXs)
    readonly property int columns: 8
    readonly property real cell: (width - (columns - 1) * gap) / columns
    readonly property var keys: [..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".split(""), "-"]

    implicitHeight: 5 * Theme.target + 4 * gap

    function press(key: string) {
        if (code.length < maximumLength)
            code += key
    }

    Flow {
        width: parent.width
        spacing: root.gap

        Repeater {
            model: root.keys

            KeyCap {
                required property string modelData
                objectName: "code_" + modelData
                width: Math.floor(root.cell)
                height: Theme.target
                text: modelData
                onClicked: root.press(modelData)
            }
        }
        KeyCap {
            objectName: "codeDelete"
            width: Math.floor(root.cell * 3 + root.gap * 2)
            height: Theme.target
            text: qsTr("Delete")
            glyph: "backspace"
            modest: true
            onClicked: root.code = root.code.slice(0, -1)
        }
    }
}
