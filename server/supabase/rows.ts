// Written by `node server/supabase/generate-rows.ts` from supabase/migrations; a test compares. Do not edit.

export type MembersRole = 'owner' | 'editor' | 'viewer';
export type NodeRunsStatus = 'pending' | 'running' | 'succeeded' | 'failed' | 'skipped' | 'cancelled' | 'disabled';
export type ObservabilityLogsLevel = 'debug' | 'info' | 'warn' | 'error';
export type RunsStatus = 'queued' | 'running' | 'cancelling' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted';
export type RunsTrigger = 'manual' | 'schedule' | 'resume' | 'api';
export type RunsMode = 'auto' | 'memory' | 'duckdb' | 'distributed';
export type SchedulesOverlap = 'skip' | 'queue';

export interface Database {
  public: {
    Tables: {
      members: {
        Row: {
          workspace_id: string;
          user_id: string;
          role: MembersRole;
          created_at: string;
        };
        Insert: {
          workspace_id: string;
          user_id: string;
          role: MembersRole;
          created_at?: string;
        };
        Update: {
          workspace_id?: string;
          user_id?: string;
          role?: MembersRole;
          created_at?: string;
        };
        Relationships: [
          { foreignKeyName: 'members_workspace_id_fkey'; columns: ['workspace_id']; isOneToOne: false; referencedRelation: 'workspaces'; referencedColumns: ['id'] },
        ];
      };
      node_runs: {
        Row: {
          run_id: string;
          node_id: string;
          workspace_id: string;
          type: string;
          name: string;
          status: NodeRunsStatus;
          generation: number | null;
          reused: boolean;
          reuse_reason: string | null;
          rows_in: number | null;
          inputs: unknown;
          rows_out: number | null;
          rows_out_at_least: number | null;
          duration_ms: number | null;
          peak_memory_bytes: number | null;
          engine: string | null;
          segment_id: string | null;
          schema: unknown;
          sample: unknown;
          input_samples: unknown;
          sql: string | null;
          merge: unknown;
          warnings: unknown;
          error: unknown;
          artefact: unknown;
          skipped_because: string | null;
          started_at: string | null;
          finished_at: string | null;
        };
        Insert: {
          run_id: string;
          node_id: string;
          workspace_id: string;
          type: string;
          name: string;
          status?: NodeRunsStatus;
          generation?: number | null;
          reused?: boolean;
          reuse_reason?: string | null;
          rows_in?: number | null;
          inputs?: unknown;
          rows_out?: number | null;
          rows_out_at_least?: number | null;
          duration_ms?: number | null;
          peak_memory_bytes?: number | null;
          engine?: string | null;
          segment_id?: string | null;
          schema?: unknown;
          sample?: unknown;
          input_samples?: unknown;
          sql?: string | null;
          merge?: unknown;
          warnings?: unknown;
          error?: unknown;
          artefact?: unknown;
          skipped_because?: string | null;
          started_at?: string | null;
          finished_at?: string | null;
        };
        Update: {
          run_id?: string;
          node_id?: string;
          workspace_id?: string;
          type?: string;
          name?: string;
          status?: NodeRunsStatus;
          generation?: number | null;
          reused?: boolean;
          reuse_reason?: string | null;
          rows_in?: number | null;
          inputs?: unknown;
          rows_out?: number | null;
          rows_out_at_least?: number | null;
          duration_ms?: number | null;
          peak_memory_bytes?: number | null;
          engine?: string | null;
          segment_id?: string | null;
          schema?: unknown;
          sample?: unknown;
          input_samples?: unknown;
          sql?: string | null;
          merge?: unknown;
          warnings?: unknown;
          error?: unknown;
          artefact?: unknown;
          skipped_because?: string | null;
          started_at?: string | null;
          finished_at?: string | null;
        };
        Relationships: [
          { foreignKeyName: 'node_runs_run'; columns: ['workspace_id', 'run_id']; isOneToOne: false; referencedRelation: 'runs'; referencedColumns: ['workspace_id', 'id'] },
        ];
      };
      observability_logs: {
        Row: {
          id: number;
          workspace_id: string;
          run_id: string | null;
          node_id: string | null;
          at: string;
          level: ObservabilityLogsLevel;
          message: string;
          fields: unknown;
        };
        Insert: {
          workspace_id: string;
          run_id?: string | null;
          node_id?: string | null;
          at?: string;
          level: ObservabilityLogsLevel;
          message: string;
          fields?: unknown;
        };
        Update: {
          workspace_id?: string;
          run_id?: string | null;
          node_id?: string | null;
          at?: string;
          level?: ObservabilityLogsLevel;
          message?: string;
          fields?: unknown;
        };
        Relationships: [
          { foreignKeyName: 'observability_logs_run'; columns: ['workspace_id', 'run_id']; isOneToOne: false; referencedRelation: 'runs'; referencedColumns: ['workspace_id', 'id'] },
          { foreignKeyName: 'observability_logs_workspace_id_fkey'; columns: ['workspace_id']; isOneToOne: false; referencedRelation: 'workspaces'; referencedColumns: ['id'] },
        ];
      };
      pipeline_versions: {
        Row: {
          id: string;
          workspace_id: string;
          pipeline_id: string;
          number: number;
          document: unknown;
          content_hash: string;
          published_at: string | null;
          note: string | null;
          created_by: string | null;
          created_at: string;
        };
        Insert: {
          id?: string;
          workspace_id: string;
          pipeline_id: string;
          number: number;
          document: unknown;
          content_hash: string;
          published_at?: string | null;
          note?: string | null;
          created_by?: string | null;
          created_at?: string;
        };
        Update: {
          id?: string;
          workspace_id?: string;
          pipeline_id?: string;
          number?: number;
          document?: unknown;
          content_hash?: string;
          published_at?: string | null;
          note?: string | null;
          created_by?: string | null;
          created_at?: string;
        };
        Relationships: [
          { foreignKeyName: 'pipeline_versions_pipeline'; columns: ['workspace_id', 'pipeline_id']; isOneToOne: false; referencedRelation: 'pipelines'; referencedColumns: ['workspace_id', 'id'] },
        ];
      };
      pipelines: {
        Row: {
          id: string;
          workspace_id: string;
          name: string;
          draft: unknown;
          view: unknown;
          revision: number;
          live_version_id: string | null;
          created_by: string | null;
          created_at: string;
          updated_at: string;
          deleted_at: string | null;
        };
        Insert: {
          id?: string;
          workspace_id: string;
          name: string;
          draft: unknown;
          view?: unknown;
          revision?: number;
          live_version_id?: string | null;
          created_by?: string | null;
          created_at?: string;
          updated_at?: string;
          deleted_at?: string | null;
        };
        Update: {
          id?: string;
          workspace_id?: string;
          name?: string;
          draft?: unknown;
          view?: unknown;
          revision?: number;
          live_version_id?: string | null;
          created_by?: string | null;
          created_at?: string;
          updated_at?: string;
          deleted_at?: string | null;
        };
        Relationships: [
          { foreignKeyName: 'pipelines_live_version'; columns: ['id', 'live_version_id']; isOneToOne: true; referencedRelation: 'pipeline_versions'; referencedColumns: ['pipeline_id', 'id'] },
          { foreignKeyName: 'pipelines_workspace_id_fkey'; columns: ['workspace_id']; isOneToOne: false; referencedRelation: 'workspaces'; referencedColumns: ['id'] },
        ];
      };
      runs: {
        Row: {
          id: string;
          workspace_id: string;
          pipeline_id: string;
          version_id: string;
          status: RunsStatus;
          trigger: RunsTrigger;
          schedule_id: string | null;
          due_at: string | null;
          requested_by: string | null;
          mode: RunsMode;
          mode_reason: string | null;
          engine: string | null;
          parameters: unknown;
          options: unknown;
          resumed_from: string | null;
          queued_at: string;
          started_at: string | null;
          finished_at: string | null;
          duration_ms: number | null;
          error: unknown;
          segments: unknown;
          runner_id: string | null;
          heartbeat_at: string | null;
          cancel_requested_at: string | null;
        };
        Insert: {
          id?: string;
          workspace_id: string;
          pipeline_id: string;
          version_id: string;
          status?: RunsStatus;
          trigger?: RunsTrigger;
          schedule_id?: string | null;
          due_at?: string | null;
          requested_by?: string | null;
          mode?: RunsMode;
          mode_reason?: string | null;
          engine?: string | null;
          parameters?: unknown;
          options?: unknown;
          resumed_from?: string | null;
          queued_at?: string;
          started_at?: string | null;
          finished_at?: string | null;
          duration_ms?: number | null;
          error?: unknown;
          segments?: unknown;
          runner_id?: string | null;
          heartbeat_at?: string | null;
          cancel_requested_at?: string | null;
        };
        Update: {
          id?: string;
          workspace_id?: string;
          pipeline_id?: string;
          version_id?: string;
          status?: RunsStatus;
          trigger?: RunsTrigger;
          schedule_id?: string | null;
          due_at?: string | null;
          requested_by?: string | null;
          mode?: RunsMode;
          mode_reason?: string | null;
          engine?: string | null;
          parameters?: unknown;
          options?: unknown;
          resumed_from?: string | null;
          queued_at?: string;
          started_at?: string | null;
          finished_at?: string | null;
          duration_ms?: number | null;
          error?: unknown;
          segments?: unknown;
          runner_id?: string | null;
          heartbeat_at?: string | null;
          cancel_requested_at?: string | null;
        };
        Relationships: [
          { foreignKeyName: 'runs_pipeline'; columns: ['workspace_id', 'pipeline_id']; isOneToOne: false; referencedRelation: 'pipelines'; referencedColumns: ['workspace_id', 'id'] },
          { foreignKeyName: 'runs_resumed_from'; columns: ['workspace_id', 'resumed_from']; isOneToOne: false; referencedRelation: 'runs'; referencedColumns: ['workspace_id', 'id'] },
          { foreignKeyName: 'runs_schedule_id_fkey'; columns: ['schedule_id']; isOneToOne: false; referencedRelation: 'schedules'; referencedColumns: ['id'] },
          { foreignKeyName: 'runs_version'; columns: ['pipeline_id', 'version_id']; isOneToOne: false; referencedRelation: 'pipeline_versions'; referencedColumns: ['pipeline_id', 'id'] },
        ];
      };
      schedules: {
        Row: {
          id: string;
          workspace_id: string;
          pipeline_id: string;
          version_id: string | null;
          name: string;
          cron: string;
          time_zone: string;
          enabled: boolean;
          overlap: SchedulesOverlap;
          catch_up: boolean;
          parameters: unknown;
          owner_id: string | null;
          next_due_at: string | null;
          last_run_id: string | null;
          created_at: string;
          updated_at: string;
          skipped_due_at: string | null;
          skipped_reason: string | null;
        };
        Insert: {
          id?: string;
          workspace_id: string;
          pipeline_id: string;
          version_id?: string | null;
          name: string;
          cron: string;
          time_zone?: string;
          enabled?: boolean;
          overlap?: SchedulesOverlap;
          catch_up?: boolean;
          parameters?: unknown;
          owner_id?: string | null;
          next_due_at?: string | null;
          last_run_id?: string | null;
          created_at?: string;
          updated_at?: string;
          skipped_due_at?: string | null;
          skipped_reason?: string | null;
        };
        Update: {
          id?: string;
          workspace_id?: string;
          pipeline_id?: string;
          version_id?: string | null;
          name?: string;
          cron?: string;
          time_zone?: string;
          enabled?: boolean;
          overlap?: SchedulesOverlap;
          catch_up?: boolean;
          parameters?: unknown;
          owner_id?: string | null;
          next_due_at?: string | null;
          last_run_id?: string | null;
          created_at?: string;
          updated_at?: string;
          skipped_due_at?: string | null;
          skipped_reason?: string | null;
        };
        Relationships: [
          { foreignKeyName: 'schedules_last_run'; columns: ['workspace_id', 'last_run_id']; isOneToOne: false; referencedRelation: 'runs'; referencedColumns: ['workspace_id', 'id'] },
          { foreignKeyName: 'schedules_pipeline'; columns: ['workspace_id', 'pipeline_id']; isOneToOne: false; referencedRelation: 'pipelines'; referencedColumns: ['workspace_id', 'id'] },
          { foreignKeyName: 'schedules_version'; columns: ['pipeline_id', 'version_id']; isOneToOne: false; referencedRelation: 'pipeline_versions'; referencedColumns: ['pipeline_id', 'id'] },
        ];
      };
      workspaces: {
        Row: {
          id: string;
          name: string;
          settings: unknown;
          created_at: string;
        };
        Insert: {
          id?: string;
          name: string;
          settings?: unknown;
          created_at?: string;
        };
        Update: {
          id?: string;
          name?: string;
          settings?: unknown;
          created_at?: string;
        };
        Relationships: [
        ];
      };
    };
    Views: {
      pipeline_summaries: {
        Row: {
          id: string | null;
          workspace_id: string | null;
          name: string | null;
          description: string | null;
          revision: number | null;
          live_version: number | null;
          node_count: number | null;
          last_run: unknown;
          created_at: string | null;
          updated_at: string | null;
        };
        Relationships: [];
      };
      run_summaries: {
        Row: {
          id: string | null;
          workspace_id: string | null;
          pipeline_id: string | null;
          pipeline_name: string | null;
          version: number | null;
          version_id: string | null;
          status: string | null;
          trigger: string | null;
          schedule_id: string | null;
          due_at: string | null;
          resumed_from: string | null;
          mode: string | null;
          mode_reason: string | null;
          engine: string | null;
          parameters: unknown;
          options: unknown;
          queued_at: string | null;
          started_at: string | null;
          finished_at: string | null;
          duration_ms: number | null;
          error: unknown;
          segments: unknown;
        };
        Relationships: [];
      };
      schedule_summaries: {
        Row: {
          id: string | null;
          workspace_id: string | null;
          pipeline_id: string | null;
          pipeline_name: string | null;
          cron: string | null;
          time_zone: string | null;
          enabled: boolean | null;
          overlap: string | null;
          catch_up: boolean | null;
          parameters: unknown;
          version: number | null;
          owner_id: string | null;
          next_due_at: string | null;
          skipped_due_at: string | null;
          skipped_reason: string | null;
          last_run: unknown;
          created_at: string | null;
        };
        Relationships: [];
      };
    };
    Functions: {
      add_member: { Args: { p_workspace_id: string; p_email: string; p_role: string }; Returns: unknown };
      apply_retention: { Args: { p_log_days: number; p_logs_at_once?: number | null; p_runs_at_once?: number | null }; Returns: unknown };
      cancel_run: { Args: { p_run_id: string }; Returns: unknown };
      change_member: { Args: { p_workspace_id: string; p_user_id: string; p_role?: string | null }; Returns: unknown };
      claim_run: { Args: { p_runner_id: string }; Returns: unknown };
      create_workspace: { Args: { p_name: string }; Returns: unknown };
      ensure_version: { Args: { p_pipeline_id: string; p_document: unknown; p_content_hash: string }; Returns: unknown };
      fire_schedule: { Args: { p_schedule_id: string; p_due_at: string; p_missed?: boolean | null; p_next_due_at?: string | null }; Returns: unknown };
      health: { Args: Record<never, never>; Returns: unknown };
      heartbeat: { Args: { p_runner_id: string; p_run_ids: string[] }; Returns: unknown };
      publish_version: { Args: { p_pipeline_id: string; p_version_id: string; p_note?: string | null }; Returns: unknown };
      reap_interrupted: { Args: { p_stale_after_seconds: number; p_runner_id?: string | null }; Returns: unknown };
      request_run: { Args: { p_pipeline_id: string; p_document?: unknown; p_content_hash?: string | null; p_version_id?: string | null; p_trigger?: string | null; p_mode?: string | null; p_parameters?: unknown; p_options?: unknown; p_resumed_from?: string | null }; Returns: unknown };
      run_history: { Args: { p_workspace_id: string; p_days: number; p_time_zone: string }; Returns: unknown };
      save_pipeline_draft: { Args: { p_id: string; p_revision: number; p_draft: unknown; p_view?: unknown; p_name?: string | null }; Returns: unknown };
      set_retention: { Args: { p_workspace_id: string; p_log_days?: number | null; p_run_days?: number | null }; Returns: unknown };
      workspace_members: { Args: { p_workspace_id: string }; Returns: unknown };
    };
  };
}
