import QtQuick
import Booth

// Name, relation and letter, with the booth's own keyboard. The picture grows meanwhile, as a quiet line.
Item {
    id: root

    required property var scene
    required property var visit
    required property var keyboard
    readonly property int edge: Math.round((Theme.portrait ? 40 : 32) * Theme.unit)
    readonly property int padTop: Math.round((Theme.portrait ? 72 : 10) * Theme.unit)
    readonly property bool wide: !Theme.portrait

    property bool isFilled: false

    // The fields are filled once and tell every change from then on; the visit keeps the text.
    function draft() {
        if (isFilled)
            visit.draft_letter(paper.text, name.text, relation.text)
    }

    Component.onCompleted: {
        name.text = scene.sender_name
        relation.text = scene.relation
        paper.text = scene.letter
        paper.editor.cursorPosition = paper.text.length
        isFilled = true
        paper.editor.forceActiveFocus()
    }

    Column {
        id: head
        visible: !root.wide
        x: Theme.margin
        y: root.padTop + (Theme.lowReach ? Math.round(root.height * 0.08) : 0)
        width: root.width - 2 * x
        spacing: Theme.gapXs

        TitleWords {
            width: parent.width
            words: qsTr("Your letter")
        }
        NoteWords {
            width: parent.width
            words: qsTr("Write what you would like to say. You can also leave it empty.")
        }
    }

    Item {
        id: fields
        x: root.wide ? root.width - root.edge - width : Theme.margin
        y: root.wide ? root.padTop : head.y + head.height + Theme.gapM
        width: root.wide ? Math.round(root.width * 0.34) : root.width - 2 * Theme.margin
        height: root.wide ? 2 * name.implicitHeight + Theme.gapXs : name.implicitHeight

        LineField {
            id: name
            objectName: "senderNameField"
            width: root.wide ? parent.width : Math.round((parent.width - Theme.gapS) / 2)
            label: qsTr("Your name")
            maximumLength: 80
            onPressed: root.keyboard.flush()
            onTextChanged: root.draft()
            onAccepted: relation.forceActiveFocus()
        }
        LineField {
            id: relation
            objectName: "relationField"
            x: root.wide ? 0 : parent.width - width
            y: root.wide ? name.height + Theme.gapXs : 0
            width: name.width
            label: qsTr("Your relation")
            placeholderText: qsTr("daughter, friend")
            maximumLength: 40
            onPressed: root.keyboard.flush()
            onTextChanged: root.draft()
            onAccepted: paper.editor.forceActiveFocus()
        }
    }

    LetterArea {
        id: paper
        x: root.wide ? root.edge : Theme.margin
        y: root.wide ? root.padTop : fields.y + fields.height + Theme.gapS
        width: root.wide ? fields.x - root.edge - Theme.gapS : root.width - 2 * Theme.margin
        height: (root.wide ? keys.y - Theme.gapXs - progress.height : next.y - progress.height - Theme.gapS) - y
        label: qsTr("Letter")
        hint: qsTr("Dear ...")
        editor.objectName: "letterArea"
        onPressed: root.keyboard.flush()
        onTextChanged: root.draft()
    }

    PictureProgress {
        id: progress
        x: paper.x
        y: paper.y + paper.height
        width: paper.width
        scene: root.scene
    }

    PressButton {
        id: next
        objectName: "letterNextButton"
        voice: "main"
        x: root.wide ? fields.x : Theme.margin
        y: keys.y - (root.wide ? Theme.gapXs : Theme.gapM) - height
        width: root.wide ? fields.width : root.width - 2 * Theme.margin
        text: root.scene.has_letter ? qsTr("The letter is finished") : qsTr("Go on without a letter")
        onClicked: {
            root.keyboard.flush()
            root.visit.confirm_letter()
        }
    }

    LetterKeyboard {
        id: keys
        objectName: "letterKeyboard"
        x: root.edge
        y: root.height - height - (root.wide ? Theme.gapXs : Theme.gapS)
        width: root.width - 2 * root.edge
        keyboard: root.keyboard
    }
}
