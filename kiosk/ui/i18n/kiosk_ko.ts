<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ko_KR">
<context>
    <name>AskRow</name>
    <message>
        <source>I agree</source>
        <translation>동의합니다</translation>
    </message>
    <message>
        <source>I do not agree</source>
        <translation>동의하지 않습니다</translation>
    </message>
</context>
<context>
    <name>AttractScreen</name>
    <message>
        <source>A place to leave
a memory</source>
        <translation>기억을
남기는 자리</translation>
    </message>
    <message>
        <source>Your photograph becomes a picture. Together with your letter it goes to a page that only the family sees.</source>
        <translation>사진은 한 폭의 그림이 되어, 편지와 함께 가족만 보는 페이지에 전해집니다.</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>시작하기</translation>
    </message>
</context>
<context>
    <name>BoothBar</name>
    <message>
        <source>Leave</source>
        <translation>나가기</translation>
    </message>
    <message>
        <source>Large text</source>
        <translation>큰 글씨</translation>
    </message>
    <message>
        <source>Contrast</source>
        <translation>고대비</translation>
    </message>
    <message>
        <source>Lower screen</source>
        <translation>화면 낮추기</translation>
    </message>
</context>
<context>
    <name>CameraScreen</name>
    <message>
        <source>Hold still for a moment</source>
        <translation>잠시 그대로 계셔 주세요</translation>
    </message>
    <message>
        <source>Please look at the camera</source>
        <translation>카메라를 바라봐 주세요</translation>
    </message>
    <message>
        <source>Take your time</source>
        <translation>천천히 준비하셔도 됩니다</translation>
    </message>
    <message>
        <source>Rest your eyes on the lens. There is no flash.</source>
        <translation>렌즈를 편안히 바라봐 주세요. 플래시는 터지지 않습니다.</translation>
    </message>
    <message>
        <source>The camera was interrupted. Please press the button again when the picture is back.</source>
        <translation>카메라가 잠시 끊겼습니다. 화면이 다시 보이면 버튼을 한 번 더 눌러 주세요.</translation>
    </message>
    <message>
        <source>The photograph did not succeed. Please try once more.</source>
        <translation>사진이 찍히지 않았습니다. 한 번 더 눌러 주세요.</translation>
    </message>
    <message>
        <source>A first glimpse of the picture; the photograph itself stays plain. Press the button when you are ready.</source>
        <translation>그림의 느낌을 미리 보여 드립니다. 사진은 원래 모습 그대로 찍힙니다. 준비가 되면 버튼을 눌러 주세요.</translation>
    </message>
    <message>
        <source>Sit as you like. Press the button when you are ready; you can take it again.</source>
        <translation>편하게 앉아 주세요. 준비가 되면 버튼을 눌러 주세요. 다시 찍으실 수 있습니다.</translation>
    </message>
    <message>
        <source>Show the plain picture</source>
        <translation>원래 모습으로 보기</translation>
    </message>
    <message>
        <source>Show it painted</source>
        <translation>그림으로 보기</translation>
    </message>
    <message>
        <source>Take the photograph</source>
        <translation>사진 찍기</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>멈추기</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>뒤로</translation>
    </message>
</context>
<context>
    <name>ConsentScreen</name>
    <message>
        <source>Before we begin</source>
        <translation>시작하기 전에 여쭙니다</translation>
    </message>
    <message>
        <source>Please answer each question. Nothing is used without your consent.</source>
        <translation>하나씩 답해 주세요. 동의하지 않으신 일에는 쓰지 않습니다.</translation>
    </message>
    <message>
        <source>May your photograph, picture and letter be shown on the family&apos;s page?</source>
        <translation>사진과 그림, 편지를 가족 페이지에 보여 드려도 될까요?</translation>
    </message>
    <message>
        <source>Only people the family has invited can see it.</source>
        <translation>가족이 초대한 분만 볼 수 있습니다.</translation>
    </message>
    <message>
        <source>May a computer turn your photograph into a picture?</source>
        <translation>컴퓨터가 사진을 그림으로 바꾸어도 될까요?</translation>
    </message>
    <message>
        <source>A program or AI makes it. It is labelled, and the photograph stays beside it.</source>
        <translation>프로그램이나 인공지능(AI)이 만들었다고 표시하고, 원본 사진도 함께 둡니다.</translation>
    </message>
    <message>
        <source>May Google&apos;s voice service read your letter aloud?</source>
        <translation>구글의 음성 서비스로 편지를 읽어도 될까요?</translation>
    </message>
    <message>
        <source>The text of the letter is sent to Google. Without it, this booth uses its own voice.</source>
        <translation>편지 내용이 구글로 전송됩니다. 동의하지 않으시면 이 부스의 음성을 씁니다.</translation>
    </message>
    <message>
        <source>May the family keep it for ever?</source>
        <translation>가족이 기한 없이 간직해도 될까요?</translation>
    </message>
    <message>
        <source>If not, it is marked to be erased after one year.</source>
        <translation>동의하지 않으시면 1년 뒤에 지우도록 표시해 둡니다.</translation>
    </message>
    <message>
        <source>Without the family&apos;s page there is nothing to hand over. You can change the answer or leave.</source>
        <translation>가족 페이지에 남기지 않으면 전해 드릴 것이 없습니다. 답을 바꾸거나 나가실 수 있습니다.</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>계속하기</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>뒤로</translation>
    </message>
</context>
<context>
    <name>EnrolNote</name>
    <message>
        <source>For staff: this booth is not enrolled at its bridge, or its enrolment was withdrawn. It goes on by itself after these two commands:</source>
        <translation>직원용 안내: 이 부스는 등록되지 않았거나 등록이 취소되었습니다. 다음 두 명령으로 등록하면 바로 쓸 수 있습니다.</translation>
    </message>
</context>
<context>
    <name>Keypad</name>
    <message>
        <source>Delete</source>
        <translation>지우기</translation>
    </message>
</context>
<context>
    <name>LanguageScreen</name>
    <message>
        <source>Which language would you like?</source>
        <translation>어느 언어로 하시겠습니까?</translation>
    </message>
    <message>
        <source>You can change it at any time.</source>
        <translation>나중에 언제든지 바꾸실 수 있습니다.</translation>
    </message>
</context>
<context>
    <name>LetterArea</name>
    <message numerus="yes">
        <source>There is room for %n more character(s).</source>
        <translation>
            <numerusform>앞으로 %n자를 더 쓰실 수 있습니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>The paper is full.</source>
        <translation>편지지가 다 찼습니다.</translation>
    </message>
</context>
<context>
    <name>LetterKeyboard</name>
    <message>
        <source>Shift</source>
        <translation>쌍자음</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>지우기</translation>
    </message>
    <message>
        <source>ABC</source>
        <translation>가나다</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>띄어쓰기</translation>
    </message>
    <message>
        <source>New line</source>
        <translation>줄 바꾸기</translation>
    </message>
</context>
<context>
    <name>LetterScreen</name>
    <message>
        <source>Your letter</source>
        <translation>편지</translation>
    </message>
    <message>
        <source>Write what you would like to say. You can also leave it empty.</source>
        <translation>전하고 싶은 말씀을 적어 주세요. 비워 두셔도 됩니다.</translation>
    </message>
    <message>
        <source>Your name</source>
        <translation>성함</translation>
    </message>
    <message>
        <source>Your relation</source>
        <translation>고인과의 관계</translation>
    </message>
    <message>
        <source>Letter</source>
        <translation>편지</translation>
    </message>
    <message>
        <source>daughter, friend</source>
        <translation>손녀, 친구</translation>
    </message>
    <message>
        <source>Dear ...</source>
        <translation>하고 싶은 말씀을 적어 주세요</translation>
    </message>
    <message>
        <source>The letter is finished</source>
        <translation>다 썼습니다</translation>
    </message>
    <message>
        <source>Go on without a letter</source>
        <translation>편지 없이 계속하기</translation>
    </message>
</context>
<context>
    <name>LivePreview</name>
    <message>
        <source>Live picture of the camera, mirrored</source>
        <translation>거울처럼 보이는 카메라 화면</translation>
    </message>
    <message>
        <source>The camera is coming back</source>
        <translation>카메라를 다시 켜고 있습니다</translation>
    </message>
    <message>
        <source>The camera is starting</source>
        <translation>카메라를 켜고 있습니다</translation>
    </message>
    <message>
        <source>Please wait a moment.</source>
        <translation>잠시 기다려 주세요.</translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <source>Memorial booth</source>
        <translation>추모 부스</translation>
    </message>
    <message>
        <source>Would you like to leave?</source>
        <translation>나가시겠습니까?</translation>
    </message>
    <message>
        <source>What you have made so far is erased. Nothing is sent.</source>
        <translation>지금까지 남기신 것은 지워지며, 아무것도 전해지지 않습니다.</translation>
    </message>
    <message>
        <source>What you have made is then erased and not sent. To have it sent, stay and let the booth send it later.</source>
        <translation>남기신 것은 지워지고 전해지지 않습니다. 전하시려면 나가지 마시고 ‘나중에 보내도록 맡기기’를 눌러 주세요.</translation>
    </message>
    <message>
        <source>Stay here</source>
        <translation>계속하기</translation>
    </message>
    <message>
        <source>Leave and erase</source>
        <translation>지우고 나가기</translation>
    </message>
    <message>
        <source>Are you still there?</source>
        <translation>아직 자리에 계십니까?</translation>
    </message>
    <message numerus="yes">
        <source>Without an answer the booth closes in %n second(s), and sends what you have made as soon as it can.</source>
        <translation>
            <numerusform>답이 없으시면 %n초 뒤에 처음 화면으로 돌아갑니다. 남기신 것은 연결되는 대로 전해 드립니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Without an answer the booth closes in %n second(s), and what you have made is erased.</source>
        <translation>
            <numerusform>답이 없으시면 %n초 뒤에 처음 화면으로 돌아가며, 남기신 것은 지워집니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>I am still here</source>
        <translation>네, 여기 있습니다</translation>
    </message>
</context>
<context>
    <name>MemorialScreen</name>
    <message>
        <source>Enter the code</source>
        <translation>번호를 입력해 주세요</translation>
    </message>
    <message>
        <source>This booth is not ready yet</source>
        <translation>이 부스는 아직 준비 중입니다</translation>
    </message>
    <message>
        <source>You find it on the invitation or at the reception desk.</source>
        <translation>초대장이나 안내 데스크에서 확인하실 수 있습니다.</translation>
    </message>
    <message>
        <source>Whom are you here to remember?</source>
        <translation>어느 분을 기리러 오셨습니까?</translation>
    </message>
    <message>
        <source>Please ask at the reception desk. The staff will help you.</source>
        <translation>안내 데스크에 말씀하시면 직원이 도와 드립니다.</translation>
    </message>
    <message>
        <source>The names cannot be loaded just now; the booth keeps trying. You can also ask at the reception desk.</source>
        <translation>지금은 명단을 불러올 수 없어 다시 시도하고 있습니다. 안내 데스크에 말씀하셔도 됩니다.</translation>
    </message>
    <message>
        <source>The names are on their way. You can enter the code instead.</source>
        <translation>명단을 불러오고 있습니다. 번호를 직접 입력하셔도 됩니다.</translation>
    </message>
    <message>
        <source>Please choose a name.</source>
        <translation>성함을 선택해 주세요.</translation>
    </message>
    <message>
        <source>Please enter the code of the memorial.</source>
        <translation>추모 공간의 번호를 입력해 주세요.</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>번호</translation>
    </message>
    <message>
        <source>The code is being looked up.</source>
        <translation>번호를 찾고 있습니다.</translation>
    </message>
    <message>
        <source>There is no memorial with this code. Please check it once more.</source>
        <translation>이 번호를 찾을 수 없습니다. 한 번 더 확인해 주세요.</translation>
    </message>
    <message>
        <source>The code cannot be checked just now. Please try again in a moment.</source>
        <translation>지금은 번호를 확인할 수 없습니다. 잠시 후 다시 시도해 주세요.</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>계속하기</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>명단으로</translation>
    </message>
    <message>
        <source>Enter a code</source>
        <translation>번호로 찾기</translation>
    </message>
</context>
<context>
    <name>PictureProgress</name>
    <message>
        <source>The picture is ready.</source>
        <translation>그림이 완성되었습니다.</translation>
    </message>
    <message>
        <source>The picture is being made. %1%</source>
        <translation>그림을 그리고 있습니다. %1%</translation>
    </message>
    <message>
        <source>The picture will follow later.</source>
        <translation>그림은 나중에 전해집니다.</translation>
    </message>
    <message>
        <source>The picture could not be made. The photograph is kept.</source>
        <translation>그림을 만들지 못했습니다. 사진은 그대로 있습니다.</translation>
    </message>
    <message>
        <source>The picture is about to be made.</source>
        <translation>곧 그림을 그립니다.</translation>
    </message>
</context>
<context>
    <name>ProgressLine</name>
    <message>
        <source>In progress</source>
        <translation>진행 중</translation>
    </message>
</context>
<context>
    <name>ResultScreen</name>
    <message>
        <source>The picture is still being made. You may go on; it will follow by itself.</source>
        <translation>그림을 아직 그리고 있습니다. 먼저 마치셔도 그림은 뒤이어 전해집니다.</translation>
    </message>
    <message>
        <source>The picture cannot be made just now. The photograph goes first, and the picture follows when it can.</source>
        <translation>지금은 그림을 그릴 수 없습니다. 사진을 먼저 전하고, 그림은 완성되는 대로 전해 드립니다.</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>그림</translation>
    </message>
    <message>
        <source>Made by AI from your photograph</source>
        <translation>인공지능(AI)이 사진으로 만든 그림</translation>
    </message>
    <message>
        <source>Painted by a computer from your photograph</source>
        <translation>컴퓨터가 사진으로 그린 그림</translation>
    </message>
    <message>
        <source>Being made</source>
        <translation>그리는 중입니다</translation>
    </message>
    <message>
        <source>It will follow</source>
        <translation>나중에 전해집니다</translation>
    </message>
    <message>
        <source>Photograph</source>
        <translation>사진</translation>
    </message>
    <message>
        <source>As it was taken</source>
        <translation>찍은 그대로</translation>
    </message>
    <message>
        <source>It is being handed over.</source>
        <translation>전하고 있습니다.</translation>
    </message>
    <message>
        <source>Which one should be shown first?</source>
        <translation>어느 쪽을 먼저 보여 드릴까요?</translation>
    </message>
    <message>
        <source>Ready for the family</source>
        <translation>전할 준비가 되었습니다</translation>
    </message>
    <message>
        <source>The family receives both.</source>
        <translation>가족에게는 둘 다 전해집니다.</translation>
    </message>
    <message>
        <source>The photograph goes to the family as it was taken.</source>
        <translation>사진은 찍은 그대로 가족에게 전해집니다.</translation>
    </message>
    <message>
        <source>The picture could not be made this time. The photograph goes to the family as it was taken.</source>
        <translation>이번에는 그림을 만들지 못했습니다. 사진은 찍은 그대로 가족에게 전해집니다.</translation>
    </message>
    <message>
        <source>Hand it to the family</source>
        <translation>가족에게 전하기</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>뒤로</translation>
    </message>
</context>
<context>
    <name>ReviewScreen</name>
    <message>
        <source>Shall we keep this one?</source>
        <translation>이 사진으로 할까요?</translation>
    </message>
    <message>
        <source>Take it again as often as you like.</source>
        <translation>원하시는 만큼 다시 찍으실 수 있습니다.</translation>
    </message>
    <message>
        <source>The photograph just taken</source>
        <translation>방금 찍은 사진</translation>
    </message>
    <message>
        <source>One moment</source>
        <translation>잠시만 기다려 주세요</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>이 사진으로 하기</translation>
    </message>
    <message>
        <source>Take it again</source>
        <translation>다시 찍기</translation>
    </message>
</context>
<context>
    <name>SavingScreen</name>
    <message>
        <source>Your photograph is being kept safe</source>
        <translation>사진을 안전하게 보관하고 있습니다</translation>
    </message>
    <message>
        <source>This takes a moment.</source>
        <translation>잠시면 됩니다.</translation>
    </message>
    <message>
        <source>Your photograph</source>
        <translation>찍으신 사진</translation>
    </message>
</context>
<context>
    <name>SorryScreen</name>
    <message>
        <source>We are sorry</source>
        <translation>죄송합니다</translation>
    </message>
    <message>
        <source>It could not be handed to the family yet.</source>
        <translation>아직 가족에게 전하지 못했습니다.</translation>
    </message>
    <message>
        <source>What you have made is kept safely in this booth. You may go; it is sent as soon as it can be.</source>
        <translation>남기신 것은 이 부스에 안전하게 보관되어 있습니다. 먼저 가셔도 연결되는 대로 전해 드립니다.</translation>
    </message>
    <message>
        <source>What you have made stays here until you leave.</source>
        <translation>지금까지 남기신 것은 나가시기 전까지 여기에 그대로 있습니다.</translation>
    </message>
    <message>
        <source>Please go to the reception desk. The staff will help you with this.</source>
        <translation>안내 데스크로 가시면 직원이 도와 드립니다.</translation>
    </message>
    <message>
        <source>Your photograph</source>
        <translation>찍으신 사진</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도하기</translation>
    </message>
    <message>
        <source>Let the booth send it later</source>
        <translation>나중에 보내도록 맡기기</translation>
    </message>
    <message>
        <source>Ask the staff</source>
        <translation>직원에게 문의하기</translation>
    </message>
</context>
<context>
    <name>StyleScreen</name>
    <message>
        <source>How should the picture look?</source>
        <translation>어떤 그림으로 남길까요?</translation>
    </message>
    <message>
        <source>This booth is not ready yet</source>
        <translation>이 부스는 아직 준비 중입니다</translation>
    </message>
    <message>
        <source>Please ask at the reception desk. The staff will help you.</source>
        <translation>안내 데스크에 말씀하시면 직원이 도와 드립니다.</translation>
    </message>
    <message>
        <source>The styles cannot be loaded just now; the booth keeps trying.</source>
        <translation>지금은 화풍을 불러올 수 없어 다시 시도하고 있습니다.</translation>
    </message>
    <message>
        <source>The samples show another person&apos;s portrait.</source>
        <translation>예시는 다른 분의 사진으로 만든 그림입니다.</translation>
    </message>
    <message>
        <source>The styles are on their way.</source>
        <translation>화풍을 불러오고 있습니다.</translation>
    </message>
    <message>
        <source>Style: %1</source>
        <translation>화풍: %1</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>계속하기</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>뒤로</translation>
    </message>
</context>
<context>
    <name>ThanksScreen</name>
    <message>
        <source>It is saved. Thank you</source>
        <translation>잘 보관했습니다. 고맙습니다</translation>
    </message>
    <message>
        <source>QR code of your receipt</source>
        <translation>접수증의 QR 코드</translation>
    </message>
    <message>
        <source>It will appear on the family&apos;s page for %1.</source>
        <translation>%1 님의 가족 페이지에 전해집니다.</translation>
    </message>
    <message>
        <source>Please write this code down or photograph it. With it the reception desk finds what you left.</source>
        <translation>이 번호를 적거나 사진으로 찍어 두시면 안내 데스크에서 찾아 드립니다.</translation>
    </message>
    <message numerus="yes">
        <source>This screen closes in %n second(s). Touch it to keep it open.</source>
        <translation>
            <numerusform>이 화면은 %n초 뒤에 닫힙니다. 화면을 만지시면 계속 보실 수 있습니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>The picture is still being made and follows by itself.</source>
        <translation>그림은 완성되는 대로 뒤이어 전해집니다.</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>마치기</translation>
    </message>
</context>
<context>
    <name>VoiceScreen</name>
    <message>
        <source>Would you like the letter read aloud?</source>
        <translation>편지를 소리 내어 읽어 드릴까요?</translation>
    </message>
    <message>
        <source>There is no letter, so there is nothing to read. You can go on.</source>
        <translation>편지가 없어 읽을 내용이 없습니다. 그대로 계속하시면 됩니다.</translation>
    </message>
    <message>
        <source>A computer voice reads it. It comes from Google&apos;s service when the booth is online.</source>
        <translation>컴퓨터가 만든 음성으로 읽어 드립니다. 인터넷이 연결되어 있으면 구글 서비스를 씁니다.</translation>
    </message>
    <message>
        <source>A computer voice reads it, made in this booth.</source>
        <translation>이 부스에서 컴퓨터가 만든 음성으로 읽어 드립니다.</translation>
    </message>
    <message>
        <source>Yes, have it read aloud</source>
        <translation>네, 읽어 주세요</translation>
    </message>
    <message>
        <source>No voice</source>
        <translation>음성은 남기지 않겠습니다</translation>
    </message>
    <message>
        <source>The voice is being made.</source>
        <translation>음성을 만들고 있습니다.</translation>
    </message>
    <message>
        <source>The voice could not be made just now. You can go on without it; the letter is kept.</source>
        <translation>지금은 음성을 만들 수 없습니다. 음성 없이 계속하셔도 편지는 그대로 남습니다.</translation>
    </message>
    <message>
        <source>The letter holds no words that a voice could read. You can go on without it, or write more; the letter is kept.</source>
        <translation>편지에 소리 내어 읽을 글이 없습니다. 음성 없이 계속하시거나 편지로 돌아가 더 쓰실 수 있습니다. 편지는 그대로 남습니다.</translation>
    </message>
    <message>
        <source>You can listen to it now.</source>
        <translation>지금 들어 보실 수 있습니다.</translation>
    </message>
    <message>
        <source>The voice is ready. This booth has no loudspeaker to play it.</source>
        <translation>음성이 준비되었습니다. 이 부스에는 들려 드릴 스피커가 없습니다.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>멈추기</translation>
    </message>
    <message>
        <source>Listen</source>
        <translation>들어 보기</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도하기</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>계속하기</translation>
    </message>
    <message>
        <source>Back to the letter</source>
        <translation>편지로 돌아가기</translation>
    </message>
</context>
</TS>
