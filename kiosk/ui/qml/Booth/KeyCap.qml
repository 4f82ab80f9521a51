import QtQuick
import QtQuick.Controls.Basic

// One key. It never takes the focus, so the field being written in keeps it.
AbstractButton {
    id: root

    property string glyph: ""
    property bool lit: false
    property bool modest: false
    property int fontPx: Theme.keyPx

    focusPolicy: Qt.NoFocus
    opacity: enabled ? 1 : 0.4
    Accessible.role: Accessible.Button
    Accessible.name: text

    background: Rectangle {
        radius: Theme.corner
        color: root.down || root.lit ? Theme.accentWash : root.modest ? Theme.paper : Theme.sheet
        border.width: root.lit ? Math.max(3, Theme.hairline * 2) : Theme.hairline
        border.color: root.lit || root.down ? Theme.accent : Theme.line
    }

    contentItem: Item {
        Text {
            anchors.fill: parent
            visible: root.glyph === ""
            text: root.text
            textFormat: Text.PlainText
            horizontalAlignment: Text.AlignHCenter
            verticalAlignment: Text.AlignVCenter
            color: Theme.ink
            font.family: Theme.sansFamily
            font.pixelSize: root.fontPx
            Accessible.ignored: true
        }
        Glyph {
            anchors.centerIn: parent
            visible: root.glyph !== ""
            shape: root.glyph
        }
    }
}
