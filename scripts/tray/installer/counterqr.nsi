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

!include steps.nsh
!include remove.nsh
!include parameters.nsh
!include program.nsh
!include entry.nsh
!include ask.nsh

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

Section "Install"
  SetOutPath "$INSTDIR"
  Call putProgram

  ; The data is the PC's: whoever logs on drives the same display (S-1-5-32-545 are the users, in any language of Windows).
  CreateDirectory "$APPDATA\CounterQR"
  nsExec::Exec '"$SYSDIR\icacls.exe" "$APPDATA\CounterQR" /grant "*S-1-5-32-545:(OI)(CI)M" /Q'
  Pop $0

  Call keepParameters

  WriteRegStr HKLM "${RUN_KEY}" "CounterQR" '"$INSTDIR\CounterQR.exe" --background'
  CreateShortcut "$SMPROGRAMS\Counter QR.lnk" "$INSTDIR\CounterQR.exe"

  ${If} $packaged == "1"
    ; One entry in the list of installed programs, not two, also where the installer put the version before.
    DeleteRegKey HKLM "${UNINSTALL_KEY}"
    Delete "$INSTDIR\Uninstall.exe"
  ${Else}
    Call enterUninstaller
  ${EndIf}

  ; Software distribution runs in session 0, which no person sees: there the next log-in starts the program. Asked by its number, because SYSTEM has
  ; another name in other languages of Windows.
  System::Call 'kernel32::GetCurrentProcessId() i .r0'
  System::Call 'kernel32::ProcessIdToSessionId(i r0, *i .r1)'
  ${If} $1 == 0
    DetailPrint "$(NOT_STARTED)"
  ${ElseIf} $start == "1"
    Call startProgram
  ${ElseIf} $start == "auto"
  ${AndIf} $wasRunning == 0
    Call startProgram
  ${EndIf}
SectionEnd

Function un.onInit
  Call un.onlyHere
FunctionEnd

Section "Uninstall"
  Call un.removeAll
SectionEnd
