; The page with relay, key and name.
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
