; What both the installer and its removal do with a running program and its files. Macros, because NSIS keeps their functions apart.

; Ends with one of the exit codes; a person is told why.
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
