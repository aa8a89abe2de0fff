; CounterQR-Setup.exe: puts the tray program on one PC, for everybody who logs on there. Compiled by scripts/tray/installer.mjs, which
; defines VERSION, VERSION_NUMBERS, EXE, ICON and OUTPUT.
;
; The MSI package (counterqr.wxs) carries this program and runs it: /MSI="1" leaves the entry in the list of installed programs to the
; package, and /UNINSTALL="1" removes everything at once, where Uninstall.exe goes on as a copy of itself and cannot say how it ended.
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

!include texts.nsh

Var parameters
Var relay
Var relayField
Var enrolField
Var nameField
Var start
; "1" when the MSI package runs it.
Var packaged
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
  ${AndIf} $0 != ""
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
  ${AndIf} $relay != ""
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
  ${GetOptions} $parameters "/MSI=" $packaged
  ${GetOptions} $parameters "/UNINSTALL=" $0
  ${If} $0 == "1"
    Call removeAll
    SetErrorLevel 0
    Quit
  ${EndIf}
FunctionEnd

!include ask.nsh

Function enterUninstaller
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

  ${If} $packaged == "1"
    ; One entry in the list of installed programs, not two, also where the installer put the version before.
    DeleteRegKey HKLM "${UNINSTALL_KEY}"
    Delete "$INSTDIR\Uninstall.exe"
  ${Else}
    Call enterUninstaller
  ${EndIf}

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
  Call un.removeAll
SectionEnd
