; Puts the program in the place of the one before, and starts it.

Function putProgram
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
FunctionEnd

; What an installer starts has its rights. After a double-click the person's own desktop starts the program, which then has the person's; it hands on
; no parameters, so a problem is told in a box. A silent installation by an administrator starts it as that administrator, until the next log-in.
Function startProgram
  ${If} ${Silent}
    Exec '"$INSTDIR\CounterQR.exe" --background'
  ${Else}
    Exec '"$WINDIR\explorer.exe" "$INSTDIR\CounterQR.exe"'
  ${EndIf}
FunctionEnd
