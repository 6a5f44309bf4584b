import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';

export interface NumberSettingProps {
  label: string;
  /** Undefined where it is left to the default, which `placeholder` names. */
  value: number | undefined;
  placeholder: string;
  max: number;
  onChange: (value: number | undefined) => void;
}

/** A whole number from 1 to `max`, or none. */
export function NumberSetting({ label, value, placeholder, max, onChange }: NumberSettingProps) {
  return (
    <Field label={label}>
      <Input
        inputMode="numeric"
        className="tnum"
        placeholder={placeholder}
        value={value ?? ''}
        onChange={({ target: { value: text } }) => {
          const number = Math.trunc(Number(text));
          onChange(Number.isFinite(number) && number > 0 ? Math.min(number, max) : undefined);
        }}
      />
    </Field>
  );
}

const LONGEST_LIMIT_S = 7 * 86_400;

/** A limit of time, in seconds on screen and milliseconds in the document. */
export function TimeLimitSetting({
  valueMs,
  onChange,
}: {
  valueMs: number | undefined;
  onChange: (valueMs: number | undefined) => void;
}) {
  return (
    <NumberSetting
      label="Time limit (s)"
      placeholder="none"
      max={LONGEST_LIMIT_S}
      value={valueMs === undefined ? undefined : valueMs / 1000}
      onChange={(seconds) => {
        onChange(seconds === undefined ? undefined : seconds * 1000);
      }}
    />
  );
}
