; What IT writes on the command line, and where it is kept (docs/tray.md).

; An empty value deletes nothing: an upgrade keeps what is not named.
!macro TakeParameter parameter value
  ClearErrors
  ${GetOptions} $parameters "/${parameter}=" $0
  ${IfNot} ${Errors}
  ${AndIf} $0 != ""
    WriteRegStr HKLM "${SETTINGS_KEY}" "${value}" "$0"
  ${EndIf}
!macroend

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

Function keepParameters
  !insertmacro TakeParameter "RELAY" "Relay"
  !insertmacro TakeParameter "ENROL" "Enrol"
  !insertmacro TakeParameter "NAME" "Name"
  !insertmacro TakeParameter "PORT" "Port"
  !insertmacro TakeParameter "VENDORIDS" "VendorIds"
  !insertmacro TakeParameter "BAUDRATES" "BaudRates"
  !insertmacro TakeParameter "SIGNALS" "Signals"
  !insertmacro TakeParameter "RECORD" "Record"
  !insertmacro TakeParameter "LANGUAGE" "Language"
  !insertmacro TakeParameter "PROXY" "Proxy"
  !insertmacro TakeParameter "CAFILE" "CaFile"
  !insertmacro TakeParameter "UPDATE" "Update"
  !insertmacro TakeParameter "UPDATEKEY" "UpdateKey"
FunctionEnd
