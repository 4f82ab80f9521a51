import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts

// A button in one of three voices: "main" (one per screen), "side" (outlined) and "quiet" (words only).
AbstractButton {
    id: root

    property string voice: "side"
    property string glyph: ""
    property int fontPx: Theme.bodyPx
    readonly property bool isMain: voice === "main"
    readonly property color tint: !enabled ? Theme.lineStrong : isMain ? Theme.accentText : voice === "quiet" ? Theme.inkSoft : Theme.ink

    implicitHeight: Math.max(isMain ? Math.round(Theme.target * 1.12) : Theme.target, contentItem.implicitHeight + 2 * Theme.gapS)
    implicitWidth: Math.max(Theme.target, contentItem.implicitWidth + leftPadding + rightPadding)
    // How it stands among the buttons that end a screen.
    Layout.fillWidth: true
    Layout.fillHeight: true
    Layout.preferredWidth: isMain ? 6 : 4
    leftPadding: voice === "quiet" ? Theme.gapS : Theme.gapM
    rightPadding: leftPadding
    opacity: enabled || !Theme.highContrast ? 1 : 0.45
    Accessible.role: Accessible.Button
    Accessible.name: text

    background: Rectangle {
        radius: Theme.corner
        color: {
            if (root.isMain)
                return !root.enabled ? "transparent" : root.down ? Theme.accentPressed : Theme.accent
            return root.down ? Theme.accentWash : root.voice === "quiet" ? "transparent" : Theme.sheet
        }
        border.width: root.voice === "quiet" || (root.isMain && root.enabled) ? 0 : Theme.hairline
        border.color: root.enabled && !root.isMain ? Theme.lineStrong : Theme.line

        Rectangle {
            anchors.fill: parent
            anchors.margins: -Math.round(5 * Theme.unit)
            visible: root.visualFocus
            radius: Theme.corner + 4
            color: "transparent"
            border.width: 3
            border.color: Theme.accent
        }
    }

    contentItem: Item {
        implicitWidth: row.implicitWidth
        implicitHeight: Math.max(label.implicitHeight, mark.visible ? mark.height : 0)

        Row {
            id: row
            anchors.centerIn: parent
            spacing: Theme.gapS

            Glyph {
                id: mark
                visible: root.glyph !== ""
                anchors.verticalCenter: parent.verticalCenter
                shape: root.glyph
                tint: root.tint
            }
            Text {
                id: label
                readonly property real room: root.availableWidth - (mark.visible ? mark.width + row.spacing : 0)
                anchors.verticalCenter: parent.verticalCenter
                visible: root.text !== ""
                width: Math.min(Math.ceil(implicitWidth), Math.max(1, room))
                text: Theme.keepWords(root.text)
                textFormat: Text.PlainText
                wrapMode: Text.Wrap
                lineHeight: 1.15
                horizontalAlignment: Text.AlignHCenter
                color: root.tint
                font.family: Theme.sansFamily
                font.pixelSize: root.fontPx
                font.weight: root.isMain ? Font.DemiBold : Font.Normal
                Accessible.ignored: true
            }
        }
    }
}
