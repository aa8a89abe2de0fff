; CounterQR-Setup.exe: puts the tray program on one PC, for everybody who logs on there. Compiled by scripts/tray/installer.mjs, which
; defines VERSION, VERSION_NUMBERS, EXE, ICON and OUTPUT.
;
; Exit codes, which IT's software distribution reads (docs/tray.md):
;   0 done   1 the person cancelled   2 failed, nothing more is known   3 the running program could not be stopped
;   4 a file could not be written     5 wrong parameters                6 this Windows cannot run it   7 no administrator

Unicode true
Target amd64-unicode
ManifestSupportedOS Win10
RequestExecutionLevel admin
SetCompressor /SOLID lzma
SetCompressorDictSize 64

!include FileFunc.nsh
!include LogicLib.nsh
!include WinVer.nsh
!include x64.nsh
!include nsDialogs.nsh
!include MUI2.nsh

!define PRODUCT "Counter QR"
!define SETTINGS_KEY "SOFTWARE\CounterQR"
!define RUN_KEY "SOFTWARE\Microsoft\Windows\CurrentVersion\Run"
!define UNINSTALL_KEY "SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\CounterQR"
!define CODE_RUNNING 3
!define CODE_FILES 4
!define CODE_PARAMETERS 5
!define CODE_WINDOWS 6
!define CODE_ADMIN 7

Name "${PRODUCT}"
OutFile "${OUTPUT}"
InstallDir "$PROGRAMFILES64\CounterQR"
BrandingText "${PRODUCT} ${VERSION}"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${VERSION_NUMBERS}"
VIAddVersionKey /LANG=1033 "ProductName" "${PRODUCT}"
VIAddVersionKey /LANG=1033 "CompanyName" "${PRODUCT}"
VIAddVersionKey /LANG=1033 "FileDescription" "${PRODUCT} Setup"
VIAddVersionKey /LANG=1033 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=1033 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=1033 "LegalCopyright" "MIT licence"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
Page custom askSettings takeSettings
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "French"

LangString TITLE ${LANG_ENGLISH} "Where is the relay?"
LangString TITLE ${LANG_FRENCH} "Où se trouve le relais ?"
LangString SUBTITLE ${LANG_ENGLISH} "IT has these values. Leave a field as it is to keep what was set before."
LangString SUBTITLE ${LANG_FRENCH} "L’informatique possède ces valeurs. Un champ inchangé garde l’ancien réglage."
LangString RELAY_LABEL ${LANG_ENGLISH} "Address of the relay, e.g. https://qr.example"
LangString RELAY_LABEL ${LANG_FRENCH} "Adresse du relais, p. ex. https://qr.example"
LangString ENROL_LABEL ${LANG_ENGLISH} "Enrol key"
LangString ENROL_LABEL ${LANG_FRENCH} "Clé d’inscription"
LangString NAME_LABEL ${LANG_ENGLISH} "Name of this PC"
LangString NAME_LABEL ${LANG_FRENCH} "Nom de ce PC"
LangString BAD_RELAY ${LANG_ENGLISH} "The relay's address begins with https:// (or http:// within a closed network)."
LangString BAD_RELAY ${LANG_FRENCH} "L’adresse du relais commence par https:// (ou http:// dans un réseau fermé)."
LangString OLD_WINDOWS ${LANG_ENGLISH} "Counter QR needs Windows 10 or 11, 64-bit."
LangString OLD_WINDOWS ${LANG_FRENCH} "Counter QR nécessite Windows 10 ou 11, 64 bits."
LangString NO_ADMIN ${LANG_ENGLISH} "Only an administrator can install Counter QR."
LangString NO_ADMIN ${LANG_FRENCH} "Seul un administrateur peut installer Counter QR."
LangString STILL_RUNS ${LANG_ENGLISH} "Counter QR is running and could not be stopped. Nothing was changed. Exit it from its icon near the clock, then try again."
LangString STILL_RUNS ${LANG_FRENCH} "Counter QR fonctionne et n’a pas pu être arrêté. Rien n’a été modifié. Quittez-le par son icône près de l’horloge, puis réessayez."
LangString NOT_WRITTEN ${LANG_ENGLISH} "A file could not be written. The version before is still in place."
LangString NOT_WRITTEN ${LANG_FRENCH} "Un fichier n’a pas pu être écrit. La version précédente est toujours en place."

Var parameters
Var relay
Var relayField
Var enrolField
Var nameField
Var start
; "1" when a copy ran before, and so is to run after.
Var wasRunning

; Ends with one of the codes above; a person is told why.
!macro GiveUp code text
  SetErrorLevel ${code}
  MessageBox MB_OK|MB_ICONSTOP "${text}" /SD IDOK
  SetErrorLevel ${code}
  Quit
!macroend

; Stops every copy, also in other sessions. $0 is 0 when none runs any more. First politely: the program hands the display back and
; ends what it was doing. Windows of another person's session cannot be reached, so what is left is ended by force.
!macro StopProgram program
  nsExec::Exec '"${program}" --quit'
  Pop $0
  ${If} $0 != 0
    nsExec::Exec '"$SYSDIR\taskkill.exe" /F /IM CounterQR.exe'
    Pop $0
    nsExec::Exec '"${program}" --quit'
    Pop $0
  ${EndIf}
!macroend

; A program that has just ended keeps its file for a moment, and a virus scanner for another. 10 s at most.
!macro DeleteOnceFree file
  StrCpy $1 0
  ${Do}
    ClearErrors
    Delete "${file}"
    ${IfNot} ${FileExists} "${file}"
    ${OrIf} $1 > 50
      ${Break}
    ${EndIf}
    Sleep 200
    IntOp $1 $1 + 1
  ${Loop}
!macroend

; Compiled addons lie where only an administrator writes, not in each person's folder. Their names hold their hash, so those of two
; versions may lie side by side.
!macro ExtractAddons program
  nsExec::Exec '"${program}" --extract-addons "$INSTDIR\native"'
  Pop $0
  ${If} $0 != 0
    Delete "$INSTDIR\CounterQR.new.exe"
    !insertmacro GiveUp ${CODE_FILES} "$(NOT_WRITTEN)"
  ${EndIf}
!macroend

; An empty value deletes nothing: an upgrade keeps what is not named.
!macro TakeParameter parameter value
  ClearErrors
  ${GetOptions} $parameters "/${parameter}=" $0
  ${IfNot} ${Errors}
    WriteRegStr HKLM "${SETTINGS_KEY}" "${value}" "$0"
  ${EndIf}
!macroend

!macro OnlyHere un
Function ${un}onlyHere
  SetRegView 64
  SetShellVarContext all
  UserInfo::GetAccountType
  Pop $0
  ${If} $0 != "Admin"
    !insertmacro GiveUp ${CODE_ADMIN} "$(NO_ADMIN)"
  ${EndIf}
FunctionEnd
!macroend
!insertmacro OnlyHere ""
!insertmacro OnlyHere "un."

Function checkRelay
  StrCpy $0 $relay 8
  StrCpy $1 $relay 7
  ${If} $0 != "https://"
  ${AndIf} $1 != "http://"
    StrCpy $0 "bad"
  ${Else}
    StrCpy $0 "good"
  ${EndIf}
FunctionEnd

Function .onInit
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
    !insertmacro GiveUp ${CODE_WINDOWS} "$(OLD_WINDOWS)"
  ${EndIf}
  Call onlyHere
  ${GetParameters} $parameters
  ClearErrors
  ${GetOptions} $parameters "/RELAY=" $relay
  ${IfNot} ${Errors}
    Call checkRelay
    ${If} $0 == "bad"
      !insertmacro GiveUp ${CODE_PARAMETERS} "$(BAD_RELAY)"
    ${EndIf}
  ${EndIf}
  StrCpy $start "auto"
  ClearErrors
  ${GetOptions} $parameters "/START=" $0
  ${IfNot} ${Errors}
    StrCpy $start $0
  ${EndIf}
FunctionEnd

; Asked of a person only; with /S no page is shown.
Function askSettings
  ReadRegStr $0 HKLM "${SETTINGS_KEY}" "Relay"
  ${If} $relay == ""
    StrCpy $relay $0
  ${EndIf}
  ReadRegStr $1 HKLM "${SETTINGS_KEY}" "Name"
  ${If} $1 == ""
    ReadEnvStr $1 COMPUTERNAME
  ${EndIf}
  !insertmacro MUI_HEADER_TEXT "$(TITLE)" "$(SUBTITLE)"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateLabel} 0 0 100% 10u "$(RELAY_LABEL)"
  Pop $0
  ${NSD_CreateText} 0 11u 100% 12u "$relay"
  Pop $relayField
  ${NSD_CreateLabel} 0 32u 100% 10u "$(ENROL_LABEL)"
  Pop $0
  ${NSD_CreatePassword} 0 43u 100% 12u ""
  Pop $enrolField
  ${NSD_CreateLabel} 0 64u 100% 10u "$(NAME_LABEL)"
  Pop $0
  ${NSD_CreateText} 0 75u 100% 12u "$1"
  Pop $nameField
  nsDialogs::Show
FunctionEnd

Function takeSettings
  ${NSD_GetText} $relayField $relay
  Call checkRelay
  ${If} $0 == "bad"
    MessageBox MB_OK|MB_ICONEXCLAMATION "$(BAD_RELAY)"
    Abort
  ${EndIf}
  WriteRegStr HKLM "${SETTINGS_KEY}" "Relay" "$relay"
  ${NSD_GetText} $enrolField $0
  ${If} $0 != ""
    WriteRegStr HKLM "${SETTINGS_KEY}" "Enrol" "$0"
  ${EndIf}
  ${NSD_GetText} $nameField $0
  ${If} $0 != ""
    WriteRegStr HKLM "${SETTINGS_KEY}" "Name" "$0"
  ${EndIf}
  ; A person who installs it wants to see it.
  StrCpy $start "1"
FunctionEnd

Section "Install"
  SetOutPath "$INSTDIR"
  ; The new program beside the old one: whatever fails from here on, the old one is still whole.
  ClearErrors
  File "/oname=CounterQR.new.exe" "${EXE}"
  ${If} ${Errors}
    !insertmacro GiveUp ${CODE_FILES} "$(NOT_WRITTEN)"
  ${EndIf}

  !insertmacro ExtractAddons "$INSTDIR\CounterQR.new.exe"
  nsExec::Exec '"$INSTDIR\CounterQR.new.exe" --is-running'
  Pop $wasRunning
  !insertmacro StopProgram "$INSTDIR\CounterQR.new.exe"
  ${If} $0 != 0
    Delete "$INSTDIR\CounterQR.new.exe"
    !insertmacro GiveUp ${CODE_RUNNING} "$(STILL_RUNS)"
  ${EndIf}

  Delete "$INSTDIR\CounterQR.old.exe"
  ClearErrors
  ${If} ${FileExists} "$INSTDIR\CounterQR.exe"
    Rename "$INSTDIR\CounterQR.exe" "$INSTDIR\CounterQR.old.exe"
  ${EndIf}
  Rename "$INSTDIR\CounterQR.new.exe" "$INSTDIR\CounterQR.exe"
  ${If} ${Errors}
    Rename "$INSTDIR\CounterQR.old.exe" "$INSTDIR\CounterQR.exe"
    Delete "$INSTDIR\CounterQR.new.exe"
    !insertmacro GiveUp ${CODE_FILES} "$(NOT_WRITTEN)"
  ${EndIf}
  !insertmacro DeleteOnceFree "$INSTDIR\CounterQR.old.exe"

  ; Those of the version before, which are free now.
  RMDir /r "$INSTDIR\native"
  !insertmacro ExtractAddons "$INSTDIR\CounterQR.exe"

  ; The data is the PC's: whoever logs on drives the same display (S-1-5-32-545 are the users, in any language of Windows).
  CreateDirectory "$APPDATA\CounterQR"
  nsExec::Exec '"$SYSDIR\icacls.exe" "$APPDATA\CounterQR" /grant "*S-1-5-32-545:(OI)(CI)M" /Q'
  Pop $0

  !insertmacro TakeParameter "RELAY" "Relay"
  !insertmacro TakeParameter "ENROL" "Enrol"
  !insertmacro TakeParameter "NAME" "Name"
  !insertmacro TakeParameter "PORT" "Port"
  !insertmacro TakeParameter "VENDORIDS" "VendorIds"
  !insertmacro TakeParameter "BAUDRATES" "BaudRates"
  !insertmacro TakeParameter "SIGNALS" "Signals"
  !insertmacro TakeParameter "LANGUAGE" "Language"
  !insertmacro TakeParameter "PROXY" "Proxy"
  !insertmacro TakeParameter "CAFILE" "CaFile"
  !insertmacro TakeParameter "UPDATE" "Update"
  !insertmacro TakeParameter "UPDATEKEY" "UpdateKey"

  WriteRegStr HKLM "${RUN_KEY}" "CounterQR" '"$INSTDIR\CounterQR.exe" --background'
  CreateShortcut "$SMPROGRAMS\Counter QR.lnk" "$INSTDIR\CounterQR.exe"

  WriteUninstaller "$INSTDIR\Uninstall.exe"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayName" "${PRODUCT}"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "Publisher" "${PRODUCT}"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\CounterQR.exe"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\Uninstall.exe"'
  WriteRegStr HKLM "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\Uninstall.exe" /S'
  WriteRegDWORD HKLM "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKLM "${UNINSTALL_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  IntFmt $0 "0x%08X" $0
  WriteRegDWORD HKLM "${UNINSTALL_KEY}" "EstimatedSize" "$0"

  ; Software distribution runs as SYSTEM, whose session no person sees: there the next log-in starts the program.
  UserInfo::GetName
  Pop $0
  ${If} $start == "1"
    Exec '"$INSTDIR\CounterQR.exe" --background'
  ${ElseIf} $start == "auto"
  ${AndIf} $wasRunning == 0
  ${AndIf} $0 != "SYSTEM"
    Exec '"$INSTDIR\CounterQR.exe" --background'
  ${EndIf}
SectionEnd

Function un.onInit
  Call un.onlyHere
FunctionEnd

Section "Uninstall"
  !insertmacro StopProgram "$INSTDIR\CounterQR.exe"
  ${If} $0 != 0
    !insertmacro GiveUp ${CODE_RUNNING} "$(STILL_RUNS)"
  ${EndIf}
  !insertmacro DeleteOnceFree "$INSTDIR\CounterQR.exe"
  DeleteRegValue HKLM "${RUN_KEY}" "CounterQR"
  DeleteRegKey HKLM "${UNINSTALL_KEY}"
  DeleteRegKey HKLM "${SETTINGS_KEY}"
  Delete "$SMPROGRAMS\Counter QR.lnk"
  RMDir /r "$APPDATA\CounterQR"

  ; What it kept per person: addons of a program that ran without installation, and downloaded updates.
  SetShellVarContext current
  ${GetParent} "$PROFILE" $0
  FindFirst $1 $2 "$0\*"
  ${DoWhile} $2 != ""
    ${If} $2 != "."
    ${AndIf} $2 != ".."
      RMDir /r "$0\$2\AppData\Local\CounterQR"
    ${EndIf}
    FindNext $1 $2
  ${Loop}
  FindClose $1

  RMDir /r "$INSTDIR"
SectionEnd
