; Taking everything away: by Uninstall.exe, and by the installer itself for the MSI package.

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

!macro RemoveAll un
Function ${un}removeAll
  ${If} ${FileExists} "$INSTDIR\CounterQR.exe"
    !insertmacro StopProgram "$INSTDIR\CounterQR.exe"
    ${If} $0 != 0
      !insertmacro GiveUp ${CODE_RUNNING} "$(STILL_RUNS)"
    ${EndIf}
  ${EndIf}
  !insertmacro DeleteOnceFree "$INSTDIR\CounterQR.exe"
  DeleteRegValue HKLM "${RUN_KEY}" "CounterQR"
  DeleteRegKey HKLM "${UNINSTALL_KEY}"
  DeleteRegKey HKLM "${SETTINGS_KEY}"
  Delete "$SMPROGRAMS\Counter QR.lnk"
  RMDir /r "$APPDATA\CounterQR"

  ; What it kept per person: addons of a program that ran without installation, and downloaded updates.
  ; Asked of the registry, because the profile of SYSTEM, who deploys, lies elsewhere.
  ReadRegStr $0 HKLM "SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList" "ProfilesDirectory"
  ${If} $0 == ""
    SetShellVarContext current
    ${GetParent} "$PROFILE" $0
  ${EndIf}
  ExpandEnvStrings $0 "$0"
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
FunctionEnd
!macroend
!insertmacro RemoveAll ""
!insertmacro RemoveAll "un."
