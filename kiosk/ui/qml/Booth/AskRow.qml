import QtQuick

// One consent: what is asked, in plain words, and two answers of equal weight. Neither is chosen beforehand:
// `answer` is "" until the visitor answers, then "yes" or "no".
Item {
    id: root

    property string ask: ""
    property string explanation: ""
    property string answer: ""
    property string yesWords: qsTr("I agree")
    property string noWords: qsTr("I do not agree")
    property string name: ""
    signal answered(bool agreed)

    implicitHeight: texts.implicitHeight + answers.height + Theme.gapS + 2 * Theme.gapM

    Hairline {
        width: parent.width
        anchors.bottom: parent.bottom
    }
    Column {
        id: texts
        y: Theme.gapM
        width: parent.width
        spacing: Math.round(4 * Theme.unit)

        Words {
            width: parent.width
            words: root.ask
            font.weight: Font.DemiBold
        }
        NoteWords {
            width: parent.width
            words: root.explanation
            visible: words !== ""
        }
    }
    Row {
        id: answers
        anchors.top: texts.bottom
        anchors.topMargin: Theme.gapS
        width: parent.width
        height: Math.max(yes.implicitHeight, no.implicitHeight)
        spacing: Theme.gapS

        AnswerButton {
            id: yes
            objectName: root.name + "Yes"
            width: (parent.width - parent.spacing) / 2
            height: parent.height
            text: root.yesWords
            chosen: root.answer === "yes"
            onClicked: root.answered(true)
        }
        AnswerButton {
            id: no
            objectName: root.name + "No"
            width: yes.width
            height: parent.height
            text: root.noWords
            chosen: root.answer === "no"
            onClicked: root.answered(false)
        }
    }
}
