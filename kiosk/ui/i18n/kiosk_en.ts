<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US">
<context>
    <name>AskRow</name>
    <message>
        <source>I agree</source>
        <translation>I agree</translation>
    </message>
    <message>
        <source>I do not agree</source>
        <translation>I do not agree</translation>
    </message>
</context>
<context>
    <name>AttractScreen</name>
    <message>
        <source>A place to leave
a memory</source>
        <translation>A place to leave
a memory</translation>
    </message>
    <message>
        <source>Your photograph becomes a picture. Together with your letter it goes to a page that only the family sees.</source>
        <translation>Your photograph becomes a picture. Together with your letter it goes to a page that only the family sees.</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>Begin</translation>
    </message>
</context>
<context>
    <name>BoothBar</name>
    <message>
        <source>Leave</source>
        <translation>Leave</translation>
    </message>
    <message>
        <source>Large text</source>
        <translation>Large text</translation>
    </message>
    <message>
        <source>Contrast</source>
        <translation>Contrast</translation>
    </message>
    <message>
        <source>Lower screen</source>
        <translation>Lower screen</translation>
    </message>
</context>
<context>
    <name>CameraScreen</name>
    <message>
        <source>Hold still for a moment</source>
        <translation>Hold still for a moment</translation>
    </message>
    <message>
        <source>Please look at the camera</source>
        <translation>Please look at the camera</translation>
    </message>
    <message>
        <source>Take your time</source>
        <translation>Take your time</translation>
    </message>
    <message>
        <source>Rest your eyes on the lens. There is no flash.</source>
        <translation>Rest your eyes on the lens. There is no flash.</translation>
    </message>
    <message>
        <source>The camera was interrupted. Please press the button again when the picture is back.</source>
        <translation>The camera was interrupted. Please press the button again when the picture is back.</translation>
    </message>
    <message>
        <source>The photograph did not succeed. Please try once more.</source>
        <translation>The photograph did not succeed. Please try once more.</translation>
    </message>
    <message>
        <source>A first glimpse of the picture; the photograph itself stays plain. Press the button when you are ready.</source>
        <translation>A first glimpse of the picture; the photograph itself stays plain. Press the button when you are ready.</translation>
    </message>
    <message>
        <source>Sit as you like. Press the button when you are ready; you can take it again.</source>
        <translation>Sit as you like. Press the button when you are ready; you can take it again.</translation>
    </message>
    <message>
        <source>Show the plain picture</source>
        <translation>Show the plain picture</translation>
    </message>
    <message>
        <source>Show it painted</source>
        <translation>Show it painted</translation>
    </message>
    <message>
        <source>Take the photograph</source>
        <translation>Take the photograph</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stop</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Back</translation>
    </message>
</context>
<context>
    <name>ConsentScreen</name>
    <message>
        <source>Before we begin</source>
        <translation>Before we begin</translation>
    </message>
    <message>
        <source>Please answer each question. Nothing is used without your consent.</source>
        <translation>Please answer each question. Nothing is used without your consent.</translation>
    </message>
    <message>
        <source>May your photograph, picture and letter be shown on the family&apos;s page?</source>
        <translation>May your photograph, picture and letter be shown on the family&apos;s page?</translation>
    </message>
    <message>
        <source>Only people the family has invited can see it.</source>
        <translation>Only people the family has invited can see it.</translation>
    </message>
    <message>
        <source>May a computer turn your photograph into a picture?</source>
        <translation>May a computer turn your photograph into a picture?</translation>
    </message>
    <message>
        <source>A program or AI makes it. It is labelled, and the photograph stays beside it.</source>
        <translation>A program or AI makes it. It is labelled, and the photograph stays beside it.</translation>
    </message>
    <message>
        <source>May Google&apos;s voice service read your letter aloud?</source>
        <translation>May Google&apos;s voice service read your letter aloud?</translation>
    </message>
    <message>
        <source>The text of the letter is sent to Google. Without it, this booth uses its own voice.</source>
        <translation>The text of the letter is sent to Google. Without it, this booth uses its own voice.</translation>
    </message>
    <message>
        <source>May the family keep it for ever?</source>
        <translation>May the family keep it for ever?</translation>
    </message>
    <message>
        <source>If not, it is marked to be erased after one year.</source>
        <translation>If not, it is marked to be erased after one year.</translation>
    </message>
    <message>
        <source>Without the family&apos;s page there is nothing to hand over. You can change the answer or leave.</source>
        <translation>Without the family&apos;s page there is nothing to hand over. You can change the answer or leave.</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continue</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Back</translation>
    </message>
</context>
<context>
    <name>EnrolNote</name>
    <message>
        <source>For staff: this booth is not enrolled at its bridge, or its enrolment was withdrawn. It goes on by itself after these two commands:</source>
        <translation>For staff: this booth is not enrolled at its bridge, or its enrolment was withdrawn. It goes on by itself after these two commands:</translation>
    </message>
</context>
<context>
    <name>Keypad</name>
    <message>
        <source>Delete</source>
        <translation>Delete</translation>
    </message>
</context>
<context>
    <name>LanguageScreen</name>
    <message>
        <source>Which language would you like?</source>
        <translation>Which language would you like?</translation>
    </message>
    <message>
        <source>You can change it at any time.</source>
        <translation>You can change it at any time.</translation>
    </message>
</context>
<context>
    <name>LetterArea</name>
    <message numerus="yes">
        <source>There is room for %n more character(s).</source>
        <translation>
            <numerusform>There is room for %n more character.</numerusform>
            <numerusform>There is room for %n more characters.</numerusform>
        </translation>
    </message>
    <message>
        <source>The paper is full.</source>
        <translation>The paper is full.</translation>
    </message>
</context>
<context>
    <name>LetterKeyboard</name>
    <message>
        <source>Shift</source>
        <translation>Shift</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>ABC</source>
        <translation>ABC</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Space</translation>
    </message>
    <message>
        <source>New line</source>
        <translation>New line</translation>
    </message>
</context>
<context>
    <name>LetterScreen</name>
    <message>
        <source>Your letter</source>
        <translation>Your letter</translation>
    </message>
    <message>
        <source>Write what you would like to say. You can also leave it empty.</source>
        <translation>Write what you would like to say. You can also leave it empty.</translation>
    </message>
    <message>
        <source>Your name</source>
        <translation>Your name</translation>
    </message>
    <message>
        <source>Your relation</source>
        <translation>Your relation</translation>
    </message>
    <message>
        <source>Letter</source>
        <translation>Letter</translation>
    </message>
    <message>
        <source>daughter, friend</source>
        <translation>daughter, friend</translation>
    </message>
    <message>
        <source>Dear ...</source>
        <translation>Dear ...</translation>
    </message>
    <message>
        <source>The letter is finished</source>
        <translation>The letter is finished</translation>
    </message>
    <message>
        <source>Go on without a letter</source>
        <translation>Go on without a letter</translation>
    </message>
</context>
<context>
    <name>LivePreview</name>
    <message>
        <source>Live picture of the camera, mirrored</source>
        <translation>Live picture of the camera, mirrored</translation>
    </message>
    <message>
        <source>The camera is coming back</source>
        <translation>The camera is coming back</translation>
    </message>
    <message>
        <source>The camera is starting</source>
        <translation>The camera is starting</translation>
    </message>
    <message>
        <source>Please wait a moment.</source>
        <translation>Please wait a moment.</translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <source>Memorial booth</source>
        <translation>Memorial booth</translation>
    </message>
    <message>
        <source>Would you like to leave?</source>
        <translation>Would you like to leave?</translation>
    </message>
    <message>
        <source>What you have made so far is erased. Nothing is sent.</source>
        <translation>What you have made so far is erased. Nothing is sent.</translation>
    </message>
    <message>
        <source>What you have made is then erased and not sent. To have it sent, stay and let the booth send it later.</source>
        <translation>What you have made is then erased and not sent. To have it sent, stay and let the booth send it later.</translation>
    </message>
    <message>
        <source>Stay here</source>
        <translation>Stay here</translation>
    </message>
    <message>
        <source>Leave and erase</source>
        <translation>Leave and erase</translation>
    </message>
    <message>
        <source>Are you still there?</source>
        <translation>Are you still there?</translation>
    </message>
    <message numerus="yes">
        <source>Without an answer the booth closes in %n second(s), and sends what you have made as soon as it can.</source>
        <translation>
            <numerusform>Without an answer the booth closes in %n second, and sends what you have made as soon as it can.</numerusform>
            <numerusform>Without an answer the booth closes in %n seconds, and sends what you have made as soon as it can.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Without an answer the booth closes in %n second(s), and what you have made is erased.</source>
        <translation>
            <numerusform>Without an answer the booth closes in %n second, and what you have made is erased.</numerusform>
            <numerusform>Without an answer the booth closes in %n seconds, and what you have made is erased.</numerusform>
        </translation>
    </message>
    <message>
        <source>I am still here</source>
        <translation>I am still here</translation>
    </message>
</context>
<context>
    <name>MemorialScreen</name>
    <message>
        <source>Enter the code</source>
        <translation>Enter the code</translation>
    </message>
    <message>
        <source>This booth is not ready yet</source>
        <translation>This booth is not ready yet</translation>
    </message>
    <message>
        <source>You find it on the invitation or at the reception desk.</source>
        <translation>You find it on the invitation or at the reception desk.</translation>
    </message>
    <message>
        <source>Whom are you here to remember?</source>
        <translation>Whom are you here to remember?</translation>
    </message>
    <message>
        <source>Please ask at the reception desk. The staff will help you.</source>
        <translation>Please ask at the reception desk. The staff will help you.</translation>
    </message>
    <message>
        <source>The names cannot be loaded just now; the booth keeps trying. You can also ask at the reception desk.</source>
        <translation>The names cannot be loaded just now; the booth keeps trying. You can also ask at the reception desk.</translation>
    </message>
    <message>
        <source>The names are on their way. You can enter the code instead.</source>
        <translation>The names are on their way. You can enter the code instead.</translation>
    </message>
    <message>
        <source>Please choose a name.</source>
        <translation>Please choose a name.</translation>
    </message>
    <message>
        <source>Please enter the code of the memorial.</source>
        <translation>Please enter the code of the memorial.</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>The code is being looked up.</source>
        <translation>The code is being looked up.</translation>
    </message>
    <message>
        <source>There is no memorial with this code. Please check it once more.</source>
        <translation>There is no memorial with this code. Please check it once more.</translation>
    </message>
    <message>
        <source>The code cannot be checked just now. Please try again in a moment.</source>
        <translation>The code cannot be checked just now. Please try again in a moment.</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continue</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>Back to the list</translation>
    </message>
    <message>
        <source>Enter a code</source>
        <translation>Enter a code</translation>
    </message>
</context>
<context>
    <name>PictureProgress</name>
    <message>
        <source>The picture is ready.</source>
        <translation>The picture is ready.</translation>
    </message>
    <message>
        <source>The picture is being made. %1%</source>
        <translation>The picture is being made. %1%</translation>
    </message>
    <message>
        <source>The picture will follow later.</source>
        <translation>The picture will follow later.</translation>
    </message>
    <message>
        <source>The picture could not be made. The photograph is kept.</source>
        <translation>The picture could not be made. The photograph is kept.</translation>
    </message>
    <message>
        <source>The picture is about to be made.</source>
        <translation>The picture is about to be made.</translation>
    </message>
</context>
<context>
    <name>ProgressLine</name>
    <message>
        <source>In progress</source>
        <translation>In progress</translation>
    </message>
</context>
<context>
    <name>ResultScreen</name>
    <message>
        <source>The picture is still being made. You may go on; it will follow by itself.</source>
        <translation>The picture is still being made. You may go on; it will follow by itself.</translation>
    </message>
    <message>
        <source>The picture cannot be made just now. The photograph goes first, and the picture follows when it can.</source>
        <translation>The picture cannot be made just now. The photograph goes first, and the picture follows when it can.</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Picture</translation>
    </message>
    <message>
        <source>Made by AI from your photograph</source>
        <translation>Made by AI from your photograph</translation>
    </message>
    <message>
        <source>Painted by a computer from your photograph</source>
        <translation>Painted by a computer from your photograph</translation>
    </message>
    <message>
        <source>Being made</source>
        <translation>Being made</translation>
    </message>
    <message>
        <source>It will follow</source>
        <translation>It will follow</translation>
    </message>
    <message>
        <source>Photograph</source>
        <translation>Photograph</translation>
    </message>
    <message>
        <source>As it was taken</source>
        <translation>As it was taken</translation>
    </message>
    <message>
        <source>It is being handed over.</source>
        <translation>It is being handed over.</translation>
    </message>
    <message>
        <source>Which one should be shown first?</source>
        <translation>Which one should be shown first?</translation>
    </message>
    <message>
        <source>Ready for the family</source>
        <translation>Ready for the family</translation>
    </message>
    <message>
        <source>The family receives both.</source>
        <translation>The family receives both.</translation>
    </message>
    <message>
        <source>The photograph goes to the family as it was taken.</source>
        <translation>The photograph goes to the family as it was taken.</translation>
    </message>
    <message>
        <source>The picture could not be made this time. The photograph goes to the family as it was taken.</source>
        <translation>The picture could not be made this time. The photograph goes to the family as it was taken.</translation>
    </message>
    <message>
        <source>Hand it to the family</source>
        <translation>Hand it to the family</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Back</translation>
    </message>
</context>
<context>
    <name>ReviewScreen</name>
    <message>
        <source>Shall we keep this one?</source>
        <translation>Shall we keep this one?</translation>
    </message>
    <message>
        <source>Take it again as often as you like.</source>
        <translation>Take it again as often as you like.</translation>
    </message>
    <message>
        <source>The photograph just taken</source>
        <translation>The photograph just taken</translation>
    </message>
    <message>
        <source>One moment</source>
        <translation>One moment</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Keep it</translation>
    </message>
    <message>
        <source>Take it again</source>
        <translation>Take it again</translation>
    </message>
</context>
<context>
    <name>SavingScreen</name>
    <message>
        <source>Your photograph is being kept safe</source>
        <translation>Your photograph is being kept safe</translation>
    </message>
    <message>
        <source>This takes a moment.</source>
        <translation>This takes a moment.</translation>
    </message>
    <message>
        <source>Your photograph</source>
        <translation>Your photograph</translation>
    </message>
</context>
<context>
    <name>SorryScreen</name>
    <message>
        <source>We are sorry</source>
        <translation>We are sorry</translation>
    </message>
    <message>
        <source>It could not be handed to the family yet.</source>
        <translation>It could not be handed to the family yet.</translation>
    </message>
    <message>
        <source>What you have made is kept safely in this booth. You may go; it is sent as soon as it can be.</source>
        <translation>What you have made is kept safely in this booth. You may go; it is sent as soon as it can be.</translation>
    </message>
    <message>
        <source>What you have made stays here until you leave.</source>
        <translation>What you have made stays here until you leave.</translation>
    </message>
    <message>
        <source>Please go to the reception desk. The staff will help you with this.</source>
        <translation>Please go to the reception desk. The staff will help you with this.</translation>
    </message>
    <message>
        <source>Your photograph</source>
        <translation>Your photograph</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Try again</translation>
    </message>
    <message>
        <source>Let the booth send it later</source>
        <translation>Let the booth send it later</translation>
    </message>
    <message>
        <source>Ask the staff</source>
        <translation>Ask the staff</translation>
    </message>
</context>
<context>
    <name>StyleScreen</name>
    <message>
        <source>How should the picture look?</source>
        <translation>How should the picture look?</translation>
    </message>
    <message>
        <source>This booth is not ready yet</source>
        <translation>This booth is not ready yet</translation>
    </message>
    <message>
        <source>Please ask at the reception desk. The staff will help you.</source>
        <translation>Please ask at the reception desk. The staff will help you.</translation>
    </message>
    <message>
        <source>The styles cannot be loaded just now; the booth keeps trying.</source>
        <translation>The styles cannot be loaded just now; the booth keeps trying.</translation>
    </message>
    <message>
        <source>The samples show another person&apos;s portrait.</source>
        <translation>The samples show another person&apos;s portrait.</translation>
    </message>
    <message>
        <source>The styles are on their way.</source>
        <translation>The styles are on their way.</translation>
    </message>
    <message>
        <source>Style: %1</source>
        <translation>Style: %1</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continue</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Back</translation>
    </message>
</context>
<context>
    <name>ThanksScreen</name>
    <message>
        <source>It is saved. Thank you</source>
        <translation>It is saved. Thank you</translation>
    </message>
    <message>
        <source>QR code of your receipt</source>
        <translation>QR code of your receipt</translation>
    </message>
    <message>
        <source>It will appear on the family&apos;s page for %1.</source>
        <translation>It will appear on the family&apos;s page for %1.</translation>
    </message>
    <message>
        <source>Please write this code down or photograph it. With it the reception desk finds what you left.</source>
        <translation>Please write this code down or photograph it. With it the reception desk finds what you left.</translation>
    </message>
    <message numerus="yes">
        <source>This screen closes in %n second(s). Touch it to keep it open.</source>
        <translation>
            <numerusform>This screen closes in %n second. Touch it to keep it open.</numerusform>
            <numerusform>This screen closes in %n seconds. Touch it to keep it open.</numerusform>
        </translation>
    </message>
    <message>
        <source>The picture is still being made and follows by itself.</source>
        <translation>The picture is still being made and follows by itself.</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>Finish</translation>
    </message>
</context>
<context>
    <name>VoiceScreen</name>
    <message>
        <source>Would you like the letter read aloud?</source>
        <translation>Would you like the letter read aloud?</translation>
    </message>
    <message>
        <source>There is no letter, so there is nothing to read. You can go on.</source>
        <translation>There is no letter, so there is nothing to read. You can go on.</translation>
    </message>
    <message>
        <source>A computer voice reads it. It comes from Google&apos;s service when the booth is online.</source>
        <translation>A computer voice reads it. It comes from Google&apos;s service when the booth is online.</translation>
    </message>
    <message>
        <source>A computer voice reads it, made in this booth.</source>
        <translation>A computer voice reads it, made in this booth.</translation>
    </message>
    <message>
        <source>Yes, have it read aloud</source>
        <translation>Yes, have it read aloud</translation>
    </message>
    <message>
        <source>No voice</source>
        <translation>No voice</translation>
    </message>
    <message>
        <source>The voice is being made.</source>
        <translation>The voice is being made.</translation>
    </message>
    <message>
        <source>The voice could not be made just now. You can go on without it; the letter is kept.</source>
        <translation>The voice could not be made just now. You can go on without it; the letter is kept.</translation>
    </message>
    <message>
        <source>The letter holds no words that a voice could read. You can go on without it, or write more; the letter is kept.</source>
        <translation>The letter holds no words that a voice could read. You can go on without it, or write more; the letter is kept.</translation>
    </message>
    <message>
        <source>You can listen to it now.</source>
        <translation>You can listen to it now.</translation>
    </message>
    <message>
        <source>The voice is ready. This booth has no loudspeaker to play it.</source>
        <translation>The voice is ready. This booth has no loudspeaker to play it.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stop</translation>
    </message>
    <message>
        <source>Listen</source>
        <translation>Listen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Try again</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continue</translation>
    </message>
    <message>
        <source>Back to the letter</source>
        <translation>Back to the letter</translation>
    </message>
</context>
</TS>
